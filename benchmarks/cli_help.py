"""`skillmix --help` takes at most three times as long as a bare Typer and Rich program's."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import harness

BARE = """
import typer

app = typer.Typer(rich_markup_mode="rich", add_completion=False)

@app.command()
def hello(name: str = typer.Argument("world", help="Whom to greet.")):
    \"\"\"Say hello.\"\"\"

@app.command()
def goodbye(formal: bool = typer.Option(False, help="Formally.")):
    \"\"\"Say goodbye.\"\"\"

app()
"""


def _run(*words: str) -> str:
    return subprocess.run([sys.executable, *words], capture_output=True, text=True, check=True).stdout


def main() -> None:
    ours = ("-m", "skillmix", "--help")
    with tempfile.TemporaryDirectory() as folder:
        bare = Path(folder) / "bare.py"
        bare.write_text(BARE, encoding="utf-8")
        for words, wanted in ((ours, "overview"), ((str(bare), "--help"), "goodbye")):
            if wanted not in _run(*words):
                raise SystemExit(f"The help of {words} does not name {wanted!r}.")
        floor = harness.seconds(lambda: _run(str(bare), "--help"), 15)
        taken = harness.seconds(lambda: _run(*ours), 15)
        python = harness.seconds(lambda: _run("-c", "pass"), 15)
    harness.keep(
        harness.Claim(
            name="cli_help",
            says="The help page appears at once.",
            unit="s",
            ours=taken,
            floor=floor,
            floor_is="a Typer and Rich program with two commands",
            at_most=3.0,
            checked="both help pages name their commands",
            notes={"Python that does nothing, s": python},
        )
    )


if __name__ == "__main__":
    main()
