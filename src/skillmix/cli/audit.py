"""Is what was recorded still as it was recorded?"""

from __future__ import annotations

import typer

from skillmix.cli import output, terminal
from skillmix.cli.arguments import PlaceFolder
from skillmix.cli.output import Format, FormatOption
from skillmix.errors import PlaceError

app = typer.Typer(no_args_is_help=True, help="Check the record of who did what.")


@app.callback()
def _group() -> None:
    """Keep `verify` a command of its own while it is the only one."""


@app.command("verify")
def verify(place: PlaceFolder, form: FormatOption = Format.table) -> None:
    """Walk along the chain of hashes of the audit: nothing altered, nothing missing.

    Leaves with 0 where it is whole, and with 4 where it is not.
    """
    from skillmix.web.audit.checking import check

    walked = check(place)
    findings = [f"entry {f.seq}: {f.problem}" if f.seq is not None else f.problem for f in walked.findings]
    row = {
        "sound": not findings,
        "entries": walked.entries,
        "last_hash": walked.last_hash,
        "findings": findings if form is Format.json else "; ".join(findings),
    }
    output.emit([row], form, title="Audit")
    if findings:
        for words in findings:
            terminal.note(words)
        raise typer.Exit(PlaceError.exit_code)
