"""Serving a report: this machine only, read only, and it stops when asked."""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from skillmix.cli.serve import ADDRESS, serving
from skillmix.errors import SkillmixError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    served = tmp_path / "place" / "report"
    (served / "charts").mkdir(parents=True)
    (served / "index.html").write_text("<h1>Leeds</h1>", encoding="utf-8")
    (tmp_path / "place" / "place.toml").write_text("secret = true", encoding="utf-8")
    return served


def _ask(address: str, path: str, method: str = "GET", **headers: str) -> tuple[int, bytes, dict[str, str]]:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=10)
    try:
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read(), dict(answer.getheaders())
    finally:
        connection.close()


@pytest.mark.unit
def test_the_report_is_served_on_this_machine_alone(folder: Path) -> None:
    with serving(folder, 0) as address:
        assert urlsplit(address).hostname == ADDRESS == "127.0.0.1"
        status, body, headers = _ask(address, "/")
    assert (status, body) == (200, b"<h1>Leeds</h1>")
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"


@pytest.mark.unit
@pytest.mark.parametrize(
    ("path", "status"),
    [("/../place.toml", 404), ("/%2e%2e/place.toml", 404), ("/charts/", 404), ("/nothing.html", 404)],
)
def test_nothing_else_of_the_place_is_served(folder: Path, path: str, status: int) -> None:
    with serving(folder, 0) as address:
        found, body, _ = _ask(address, path)
    assert found == status
    assert b"secret" not in body


@pytest.mark.unit
def test_a_request_under_another_name_is_refused(folder: Path) -> None:
    with serving(folder, 0) as address:
        status, body, _ = _ask(address, "/", Host="planner.example")
    assert status == 403
    assert b"Leeds" not in body


@pytest.mark.unit
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_nothing_can_be_written(folder: Path, method: str) -> None:
    with serving(folder, 0) as address:
        status, _, _ = _ask(address, "/index.html", method)
    assert status == 501
    assert (folder / "index.html").read_text(encoding="utf-8") == "<h1>Leeds</h1>"


@pytest.mark.unit
def test_a_port_in_use_is_named_with_the_cure(folder: Path) -> None:
    with socket.create_server((ADDRESS, 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SkillmixError, match=rf"{port} cannot be used.*--port"), serving(folder, port):
            pass


@pytest.mark.integration
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["interrupt", "terminate"])
def test_it_stops_when_asked(folder: Path, number: signal.Signals) -> None:
    code = (
        "import pathlib\n"
        "from skillmix.cli import serve\n"
        f"serve.serve_until_stopped(pathlib.Path({str(folder)!r}), 0)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as run:
        assert run.stderr is not None
        assert run.stdout is not None
        first = run.stderr.readline()
        address = next(word for word in first.split() if word.startswith("http://127.0.0.1:"))
        assert _ask(address, "/")[1] == b"<h1>Leeds</h1>"
        run.send_signal(number)
        assert run.wait(timeout=20) == 0
        assert run.stdout.read() == ""
