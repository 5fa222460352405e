"""Progress: on a terminal, on stderr, and only for what lasts."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

JOB = """
import sys, time
from skillmix.cli import terminal
terminal.PATIENCE = 0.2
with terminal.progress("Building") as tell:
    tell("networks")
    time.sleep(float(sys.argv[1]))
print("done")
"""


def _run(lasts: float, terminal: bool, **environment: str) -> tuple[str, str]:
    """What a job writes to stdout and, where stderr is a terminal or a file, to stderr."""
    reader, writer = pty.openpty() if terminal else os.pipe()
    try:
        run = subprocess.run(
            [sys.executable, "-c", JOB, str(lasts)],
            stdout=subprocess.PIPE,
            stderr=writer,
            text=True,
            check=True,
            env={**os.environ, "TERM": "xterm", **environment},
        )
        os.write(writer, b"\0")
        said = b""
        while b"\0" not in said:
            said += os.read(reader, 65536)
    finally:
        os.close(reader)
        os.close(writer)
    return run.stdout, said.decode().removesuffix("\0")


@pytest.mark.integration
@pytest.mark.skipif(not Path("/dev/ptmx").exists(), reason="no terminals here")
def test_progress_is_shown_for_what_lasts() -> None:
    out, said = _run(0.8, terminal=True)
    assert out == "done\n"
    assert "Building: networks" in said


@pytest.mark.integration
@pytest.mark.skipif(not Path("/dev/ptmx").exists(), reason="no terminals here")
@pytest.mark.parametrize(
    ("lasts", "environment"),
    [(0.0, {}), (0.6, {"SKILLMIX_PROGRESS": "no"})],
    ids=["what is quick", "what is switched off"],
)
def test_no_progress_on_a_terminal_for(lasts: float, environment: dict[str, str]) -> None:
    out, said = _run(lasts, terminal=True, **environment)
    assert out == "done\n"
    assert "Building" not in said


@pytest.mark.integration
def test_no_progress_in_a_file() -> None:
    assert _run(0.6, terminal=False) == ("done\n", "")
