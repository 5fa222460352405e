"""A real browser over a real server: Debian's Chromium, never one that is downloaded."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 375, "height": 800}


@dataclass(frozen=True)
class Server:
    """A server that runs.

    Attributes:
        address: where it listens, without a slash at the end.
        folder: the place's folder.
        process: the process.
    """

    address: str
    folder: Path
    process: subprocess.Popen[str]


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Variables of a server of its own: its keys and its database lie beside the place."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("SKILLMIX_", "DJANGO_"))}
    if "WEB_DATABASE_URL" in inherited:
        inherited["DATABASE_URL"] = inherited.pop("WEB_DATABASE_URL")
    return {
        **inherited,
        "SKILLMIX_KEY_FILE": str(folder.parent / "keys.json"),
        "SKILLMIX_SECRET_KEY_FILE": str(folder.parent / "session_key"),
        "PYTHONUNBUFFERED": "1",
        **more,
    }


@contextmanager
def serving(folder: Path, *options: str, **more: str) -> Iterator[Server]:
    """A server of a place while the block runs, started as a person would start it."""
    told = (folder.parent / "server.log").open("w+", encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "skillmix", "serve", str(folder), "--port", "0", *options],
        env=environment(folder, **more),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=told,
        text=True,
    )
    try:
        assert process.stdout is not None
        lines = []
        for line in process.stdout:
            lines.append(line)
            if "The pages are at " in line:
                address = line.split("The pages are at ")[1].split()[0].rstrip("/")
                break
        else:
            told.seek(0)
            pytest.fail(f"the server did not start: {''.join(lines)} {told.read()[-3000:]}")
        ends = time.monotonic() + 60
        while True:
            try:
                with urllib.request.urlopen(f"{address}/healthz", timeout=5) as answer:
                    assert answer.status == 200
                break
            except OSError:
                if time.monotonic() > ends:
                    raise
                time.sleep(0.1)
        yield Server(address, folder, process)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()
        told.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """The browser; the test is skipped, saying so, where there is none.

    It ends with the file: while it runs, so does a loop of events, in which Django's own tests cannot run.
    """
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        words = "Chromium is not installed (Debian: apt-get install chromium)"
        if os.environ.get("CI") == "true":
            pytest.fail(words, pytrace=False)
        pytest.skip(words)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def invented_north(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small place with synthetic rows, which personas may look at; copied for each server."""
    from web_places import north

    return north(tmp_path_factory.mktemp("invented") / "north", origin="synthetic").path


@pytest.fixture(scope="module")
def server(invented_north: Path) -> Iterator[Server]:
    """A server of the small place with personas, one for each file of tests."""
    with tempfile.TemporaryDirectory(prefix="skillmix-browser-") as temporary:
        folder = Path(temporary) / "north"
        shutil.copytree(invented_north, folder)
        with serving(folder, "--personas") as running:
            yield running


@pytest.fixture
def page_as(chromium: Any, server: Server) -> Iterator[Callable[..., Any]]:
    """A page of a new window, signed in as a persona by its words: ``page_as("Place planner")``."""
    contexts: list[Any] = []

    def open_page(persona: str = "", *, script: bool = True, narrow: bool = False) -> Any:
        context = chromium.new_context(
            viewport=NARROW if narrow else WIDE,
            java_script_enabled=script,
            base_url=server.address,
            locale="en-GB",
            timezone_id="Europe/London",
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        if persona:
            page.goto("/personas/")
            page.get_by_role("button", name=persona, exact=False).first.click()
            page.wait_for_url(lambda address: "/personas/" not in address)
        return page

    yield open_page
    for context in contexts:
        context.close()
