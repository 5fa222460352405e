"""The program as a whole: quick help, errors with their cure, exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from skillmix import errors
from skillmix.cli.app import FAULT, Program, app
from skillmix.errors import InputError, Where

pytestmark = pytest.mark.unit
runner = CliRunner()

#: What `skillmix --help` must not import.
HEAVY = {
    *("polars", "dataframely", "deltalake", "pydantic", "scipy", "numba", "numpy", "altair", "django"),
    *("jinja2", "ortools", "highspy", "weasyprint", "xlsxwriter", "python_calamine", "vl_convert"),
}
ROOMS = [
    "reference",
    "schema",
    "place",
    "measures",
    "disclosure",
    "intake",
    "demonstration",
    "projection",
    "report",
]


def _imported_by(code: str) -> set[str]:
    asked = f"{code}\nimport sys, json; sys.stderr.write(json.dumps(sorted(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    return set(json.loads(run.stderr))


def test_help_imports_nothing_heavy() -> None:
    assert (
        _imported_by("from skillmix.cli.app import app\napp(['--help'], standalone_mode=False)") & HEAVY
        == set()
    )


@pytest.mark.parametrize(
    "words", [["place", "--help"], ["overview", "--help"], ["config", "show"], ["doctor"]]
)
def test_light_commands_import_nothing_heavy(words: list[str]) -> None:
    # Typer itself reads the arguments of a command through pydantic.
    code = f"from skillmix.cli.app import app\napp({words!r}, standalone_mode=False)"
    assert _imported_by(code) & (HEAVY - {"pydantic"}) == set()


def test_the_command_line_imports_no_room_before_it_is_asked_for_one() -> None:
    modules = _imported_by("import skillmix.cli.app")
    assert modules & {f"skillmix.{room}" for room in ROOMS} == set()


def _commands(group: typer.core.TyperGroup, before: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found = []
    for name, command in group.commands.items():
        inner = _commands(command, (*before, name)) if isinstance(command, typer.core.TyperGroup) else []
        found += inner or [(*before, name)]
    return found


ALL = _commands(typer.main.get_command(app))  # type: ignore[arg-type]


def test_every_command_of_the_design_is_there() -> None:
    wanted = {
        *(
            ("demo",),
            ("overview",),
            ("grid",),
            ("project",),
            ("backtest",),
            ("report",),
            ("serve",),
            ("doctor",),
        ),
        *(
            ("place", name)
            for name in ("published", "check", "upgrade", "publications", "publish", "withdraw")
        ),
        *(("reference", "list"), ("reference", "show"), ("intake", "submit"), ("intake", "sources")),
        ("config", "show"),
    }
    assert wanted <= set(ALL)
    shown = runner.invoke(app, ["--help"]).stdout
    assert all(f" {first[0]} " in shown for first in wanted)


@pytest.mark.parametrize("command", ALL, ids=" ".join)
def test_every_command_explains_itself(command: tuple[str, ...]) -> None:
    result = runner.invoke(app, [*command, "--help"])
    assert result.exit_code == 0
    assert "Usage: " in result.stdout


def test_version() -> None:
    from skillmix import __version__

    assert runner.invoke(app, ["--version"]).stdout == f"skillmix {__version__}\n"


def test_python_m_is_the_same_program() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "skillmix", "--version"], capture_output=True, text=True, check=True
    )
    assert run.stdout == runner.invoke(app, ["--version"]).stdout


def _failing(error: Exception) -> typer.Typer:
    program = typer.Typer(cls=Program, pretty_exceptions_enable=False)

    @program.callback()
    def root(debug: bool = False) -> None:
        pass

    @program.command()
    def fail() -> None:
        raise error

    return program


def test_an_error_shows_problem_places_and_cure() -> None:
    places = [Where(file="staff.csv", row=row, column="FTE", value="1,0") for row in range(7, 14)]
    error = InputError("The number has a comma.", cure="Use a point: 1.0.", where=places)
    result = runner.invoke(_failing(error), ["fail"])
    assert result.exit_code == InputError.exit_code
    assert result.stdout == ""
    lines = [line.split(maxsplit=1) for line in result.stderr.splitlines()]
    assert lines[0] == ["Problem", "The number has a comma."]
    assert lines[1] == ["Where", "staff.csv, row 7, column FTE, value '1,0'"]
    assert result.stderr.count("staff.csv") == 5
    assert "and 2 more" in result.stderr
    assert lines[-1] == ["Cure", "Use a point: 1.0."]
    assert "Traceback" not in result.stderr


def test_debug_adds_the_trace_and_keeps_the_exit_code() -> None:
    result = runner.invoke(_failing(InputError("Wrong.", cure="Mend it.")), ["--debug", "fail"])
    assert result.exit_code == InputError.exit_code
    assert "Traceback" in result.stderr
    assert "Mend it." in result.stderr


def test_a_fault_of_the_program_says_so_without_a_trace() -> None:
    result = runner.invoke(_failing(ZeroDivisionError("division by zero")), ["fail"])
    assert result.exit_code == FAULT
    assert "Traceback" not in result.stderr
    assert "--debug" in result.stderr


def test_what_the_system_refuses_names_the_file() -> None:
    result = runner.invoke(_failing(PermissionError(13, "Permission denied", "report.html")), ["fail"])
    assert result.exit_code == 1
    assert "report.html" in result.stderr
    assert "Permission denied" in result.stderr


def test_every_kind_of_error_has_an_exit_code_of_its_own() -> None:
    kinds = [
        errors.InputError,
        errors.PlaceError,
        errors.ScopeError,
        errors.RefusedError,
        errors.ReferenceListError,
    ]
    codes = [errors.SkillmixError.exit_code, *(kind.exit_code for kind in kinds)]
    assert len(set(codes)) == len(codes)
    assert not {0, 2, FAULT} & set(codes)


def test_an_unknown_command_offers_the_nearest() -> None:
    result = runner.invoke(app, ["overveiw"])
    assert result.exit_code == 2
    assert "overview" in result.stderr


@pytest.mark.parametrize(
    "words",
    [
        *("overview DIR", "grid DIR", "place check DIR", "place publications DIR", "place upgrade DIR"),
        *("doctor DIR", "report DIR --out OUT/r.html", "serve DIR", "project DIR"),
    ],
)
def test_a_folder_that_is_no_place_is_named_with_the_cure(tmp_path: Path, words: str) -> None:
    nowhere = tmp_path / "nowhere"
    line = [word.replace("DIR", str(nowhere)).replace("OUT", str(tmp_path)) for word in words.split()]
    result = runner.invoke(app, line)
    said = result.stdout + result.stderr
    assert result.exit_code in (1, errors.PlaceError.exit_code)
    assert "nowhere" in said
    assert "Cure" in said
    assert not nowhere.exists()
