"""Served in production: the checks are clean, only TLS is talked, what is not safe is refused in words."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration

NAME = "workforce.example.org"


def _environment(place: Path, **more: str) -> dict[str, str]:
    inherited = {
        k: v for k, v in os.environ.items() if not k.startswith(("SKILLMIX_", "DJANGO_", "DATABASE_"))
    }
    keys = {
        "SKILLMIX_KEY_FILE": str(place.parent / "keys.json"),
        "SKILLMIX_SECRET_KEY_FILE": str(place.parent / "session_key"),
    }
    return {**inherited, **keys, **more}


def _command(place: Path, *options: str) -> list[str]:
    return [sys.executable, "-m", "skillmix", "serve", str(place), "--production", "--port", "0", *options]


@pytest.fixture
def place(tmp_path: Path, north_as_made: Path) -> Path:
    return Path(shutil.copytree(north_as_made, tmp_path / "north"))


@contextmanager
def _serving(place: Path, **more: str) -> Iterator[tuple[int, str]]:
    with (place.parent / "log").open("w") as log:
        process = subprocess.Popen(
            _command(place),
            env=_environment(place, **more),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        try:
            assert process.stdout is not None
            said = [process.stdout.readline(), process.stdout.readline()]
            yield int(said[0].split("127.0.0.1:")[1].split("/")[0]), "".join(said)
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=40) == 0
            if process.stdout is not None:
                process.stdout.close()


def _ask(port: int, path: str, **headers: str) -> http.client.HTTPResponse:
    ends = time.monotonic() + 60
    while True:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            connection.request("GET", path, headers={k.replace("_", "-"): v for k, v in headers.items()})
            answer = connection.getresponse()
            answer.read()
            connection.close()
            return answer
        except OSError:
            if time.monotonic() > ends:
                raise
            time.sleep(0.2)


def test_behind_a_proxy_only_tls_is_talked(place: Path) -> None:
    with _serving(place, SKILLMIX_HOSTS=NAME, SKILLMIX_BEHIND_PROXY="yes") as (port, said):
        assert "/invitation/" in said  # nobody could be asked: the link by which the first account is made
        assert _ask(port, "/healthz", Host="localhost").status == 200
        plain = _ask(port, "/", Host=NAME)
        assert (plain.status, plain.headers["Location"]) == (301, f"https://{NAME}/")
        secure = _ask(port, "/account/login/", Host=NAME, X_Forwarded_Proto="https")
        assert secure.status == 200
        assert "max-age=31536000" in secure.headers["Strict-Transport-Security"]
        assert "Secure" in secure.headers["Set-Cookie"]
        assert _ask(port, "/", Host="evil.example", X_Forwarded_Proto="https").status == 400
        nobody = _ask(port, "/personas/", Host=NAME, X_Forwarded_Proto="https")
        assert nobody.headers["Location"].startswith("/account/login/")  # there is no such page here


@pytest.mark.parametrize(
    ("options", "more", "words"),
    [
        ((), {}, "SKILLMIX_HOSTS"),
        (("--personas",), {"SKILLMIX_HOSTS": NAME}, "demonstrations"),
    ],
)
def test_what_is_not_safe_is_refused(
    options: tuple[str, ...], more: dict[str, str], words: str, place: Path
) -> None:
    done = subprocess.run(
        _command(place, *options),
        env=_environment(place, **more),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode != 0
    assert words in done.stderr
