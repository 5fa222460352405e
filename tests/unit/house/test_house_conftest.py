"""The tests' own rules: one marker, no network, keys of their own."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]


@pytest.mark.unit
def test_the_network_is_closed() -> None:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_STREAM) as sent,
        pytest.raises(RuntimeError, match=r"192\.0\.2\.1"),
    ):
        sent.connect(("192.0.2.1", 443))


@pytest.mark.unit
def test_loopback_stays_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        with socket.create_connection(server.getsockname()) as client:
            client.sendall(b"x")
        accepted, _ = server.accept()
        with accepted:
            assert accepted.recv(1) == b"x"


@pytest.mark.unit
def test_keys_are_not_those_of_whoever_runs_the_tests() -> None:
    from skillmix import settings

    assert settings.load().key_path != settings.default_key_file()
    assert Path(os.environ["SKILLMIX_KEY_FILE"]) == settings.load().key_path


@pytest.mark.unit
@pytest.mark.parametrize(
    ("marks", "failed"),
    [("", 1), ("@pytest.mark.unit", 0), ("@pytest.mark.unit\n@pytest.mark.integration", 1)],
)
def test_a_test_has_exactly_one_marker(pytester: pytest.Pytester, marks: str, failed: int) -> None:
    house = Path(__file__).resolve().parents[2] / "conftest.py"
    pytester.makeconftest(house.read_text(encoding="utf-8"))
    pytester.makeini("[pytest]\nmarkers =\n    unit: u\n    integration: i\n    official: o\n")
    pytester.makepyfile(f"import pytest\n\n{marks}\ndef test_one():\n    assert True\n")
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=1 - failed, errors=failed)
