"""The program: its commands, and how an error is shown.

Every room's commands stand in a file of the room's name, which imports the room only inside the command, so
that ``skillmix --help`` stays as quick as an empty program.
"""

from __future__ import annotations

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from skillmix import __version__
from skillmix.cli import (
    audit,
    config,
    demo,
    doctor,
    intake,
    overview,
    place,
    project,
    reference,
    report,
    serve,
    terminal,
)
from skillmix.errors import SkillmixError, Where

#: Exit code for a fault of the program itself (as sysexits has it).
FAULT = 70

#: The commands in the order of the help page.
ORDER = [
    *(
        "demo",
        "doctor",
        "place",
        "intake",
        "overview",
        "grid",
        "turnover",
        "vacancy",
        "coverage",
        "project",
        "routes",
        "backtest",
        "report",
        "serve",
    ),
    *("reference", "audit", "config"),
]


class Program(TyperGroup):
    """The root group: what a room raises becomes problem, place and cure on stderr, and an exit code."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The commands in the order in which a planner needs them."""
        return ORDER

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was asked for."""
        debug = bool(ctx.params.get("debug"))
        try:
            return super().invoke(ctx)
        except SkillmixError as error:
            terminal.show_error(error, debug=debug)
            raise typer.Exit(error.exit_code) from error
        except (typer.Exit, typer.Abort, typer.TyperException, BrokenPipeError):
            raise
        except OSError as error:
            terminal.show_error(_of_the_system(error), debug=debug)
            raise typer.Exit(SkillmixError.exit_code) from error
        except Exception as error:
            terminal.show_fault(error, debug=debug)
            raise typer.Exit(FAULT) from error


def _of_the_system(error: OSError) -> SkillmixError:
    file = error.filename
    return SkillmixError(
        f"The system refused: {error.strerror or error}.",
        cure="Check that the path exists, may be read and written, and that the disk has room.",
        where=[Where(file=str(file))] if file is not None else [],
    )


app = typer.Typer(
    name="skillmix",
    cls=Program,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="One workforce, one plan: see, project and plan the health and care workforce of a place.",
    epilog="Start with: skillmix demo leeds --out places/leeds",
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"skillmix {__version__}")
        raise typer.Exit


@app.callback()
def _program(
    debug: Annotated[bool, typer.Option("--debug", help="Show where in the program an error arose.")] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="No progress and no notes; errors only.")
    ] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and leave.")
    ] = False,
) -> None:
    terminal.set_quiet(quiet)


app.command("demo", rich_help_panel="Start")(demo.demo)
app.command("doctor", rich_help_panel="Start")(doctor.doctor)
app.add_typer(place.app, name="place", rich_help_panel="Build a place")
app.add_typer(intake.app, name="intake", rich_help_panel="Build a place")
app.command("overview", rich_help_panel="See who we have")(overview.overview)
app.command("grid", rich_help_panel="See who we have")(overview.grid)
app.command("turnover", rich_help_panel="See who we have")(overview.turnover)
app.command("vacancy", rich_help_panel="See who we have")(overview.vacancy)
app.command("coverage", rich_help_panel="See who we have")(overview.coverage)
app.command("project", rich_help_panel="See whom we will have")(project.project)
app.command("routes", rich_help_panel="See whom we will have")(project.routes)
app.command("backtest", rich_help_panel="See whom we will have")(project.backtest)
app.command("report", rich_help_panel="Tell the board")(report.report)
app.command("serve", rich_help_panel="Tell the board")(serve.serve)
app.add_typer(reference.app, name="reference", rich_help_panel="Look up")
app.add_typer(audit.app, name="audit", rich_help_panel="Look up")
app.add_typer(config.app, name="config", rich_help_panel="Look up")
