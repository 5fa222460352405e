"""Whom will we have? Project a place or a table of totals, and test the method against what happened."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from skillmix.cli import output, terminal
from skillmix.cli.arguments import AtNumber, PlaceFolder
from skillmix.cli.output import Format, FormatOption
from skillmix.errors import InputError, Where

Years = Annotated[int, typer.Option("--years", min=1, max=40, help="Years ahead.")]
Runs = Annotated[int, typer.Option("--runs", min=1, help="Runs drawn.")]
Seed = Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same figures.")]


def project(
    place: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="The place folder; none with --table.")
    ] = None,
    scenario: Annotated[
        str, typer.Option("--scenario", metavar="FILE", help="A scenario in TOML, or the name of one.")
    ] = "no_change",
    years: Years = 10,
    runs: Runs = 500,
    seed: Seed = 1,
    table: Annotated[
        Path | None,
        typer.Option("--table", metavar="IN.csv", help="Project a table of totals instead of a place."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR|OUT.csv", help="Folder of the run, or the file with --table."),
    ] = None,
    at: AtNumber = None,
    form: FormatOption = Format.table,
) -> None:
    """Project the workforce of a place, or a table of totals."""
    if (place is None) == (table is None):
        raise typer.BadParameter("Give a place folder, or '--table IN.csv', and not both.")
    if table is not None:
        _table(table, out, form)
    elif place is not None:
        _place(place, scenario, years, runs, seed, out, at, form)


def _table(table: Path, out: Path | None, form: Format) -> None:
    from skillmix import projection

    if out is not None and out.suffix.lower() not in ("", ".csv", ".txt"):
        raise InputError(
            f"The projected table is written as CSV, not as {out.suffix[1:]}.",
            cure="Name a file that ends in .csv.",
            where=[Where(file=str(out))],
        )
    frame, numbers = projection.read_table(table)
    projected = projection.project_table(frame, file=table.name, numbers=numbers)
    if out is None:
        output.emit(projected, form)
    else:
        projection.project_table_file(table, out)
        terminal.note(f"{projected.height} rows written to {out}.")
    compared = projection.compare_table(frame, file=table.name)
    for row in compared.head(20).iter_rows(named=True):
        of = "" if row["percent"] is None else f" ({row['percent']:+.2f} %)"
        terminal.note(
            f"{row['group']} {row['period']}: {row['stock']:,.2f} projected, {row['given']:,.2f} given{of}; "
            "the given stock is not used."
        )
    if compared.height > 20:
        terminal.note(f"And {compared.height - 20} more given stocks.")


def _place(
    place: Path,
    scenario: str,
    years: int,
    runs: int,
    seed: int,
    out: Path | None,
    at: int | None,
    form: Format,
) -> None:
    from skillmix import disclosure, projection

    with terminal.progress("Projecting") as tell:
        results = projection.project(
            place, scenario, years=years, runs=runs, seed=seed, out=out, at=at, progress=tell
        )
    summary = results.summary()
    if form is Format.table:
        summary = summary.filter(
            summary["by"].is_in(["place", "sector"]) & (summary["measure"] == "fte_place")
        )
        summary = summary.select("by", "sector", "date", "years", "expected", "p5", "p50", "p95", "invented")
    about = results.manifest
    figures = projection.as_figures(
        summary, place=about["place"], number=about["number"], notes=results.notes
    )
    output.emit_released(disclosure.release(figures), form)
    terminal.note(f"Results and their manifest: {out or place / 'runs' / results.manifest['id']}")


def routes(
    place: PlaceFolder,
    scenario: Annotated[
        str,
        typer.Option("--scenario", metavar="FILE", help="A scenario with a recruitment plan, or its name."),
    ] = "primary_care_plan",
    years: Years = 5,
    runs: Runs = 100,
    seed: Seed = 1,
    at: AtNumber = None,
    form: FormatOption = Format.table,
) -> None:
    """A primary care recruitment plan by route: the network employs, a partner supplies, staff rotate."""
    from skillmix import disclosure, projection

    with terminal.progress("Comparing routes") as tell:
        found = projection.compare_routes(
            place, scenario, years=years, runs=runs, seed=seed, at=at, progress=tell
        )
    frame = found.frame
    if form is Format.table:
        frame = frame.filter(frame["profession"].is_null()).drop("profession", "date")
    figures = projection.as_figures(
        frame,
        place=found.manifest["place"],
        number=found.manifest["number"],
        notes=(*found.answer["says"], *found.notes),
    )
    output.emit_released(disclosure.release(figures), form)


def backtest(form: FormatOption = Format.table) -> None:
    """The method against what happened in England: every figure with its error, in per cent."""
    from skillmix import projection
    from skillmix.projection.backtests import summary

    with terminal.progress("Projecting the past") as tell:
        rows = projection.backtest(progress=tell)
    output.emit(rows, form)
    for line in summary(rows).iter_rows(named=True):
        method = str(line["method"]).replace("_", " ")
        error = line["mean_absolute_error_percent"]
        terminal.note(f"Mean absolute error over {line['figures']} figures, {method}: {error:.2f} %")
