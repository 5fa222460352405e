"""Files of totals: read as text, projected, written whole or not at all."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import polars as pl

from skillmix.errors import InputError, Where
from skillmix.projection.table import heading, project_table


def read_table(path: Path | str) -> tuple[pl.DataFrame, list[int]]:
    """Read a CSV of totals as text.

    Args:
        path: a comma-separated file in UTF-8 with headings in its first row.

    Returns:
        The table, every column as text and blanks as null, and each row's number in the file. Wholly blank
        rows are left out.

    Raises:
        InputError: when the file is not there, is empty, is not a CSV in UTF-8, or a row has too many cells.
    """
    path = Path(path)
    name = path.name
    try:
        raw = path.read_bytes()
    except OSError:
        raise InputError(
            "The file cannot be read.", cure="Check its name and folder.", where=[Where(str(path))]
        ) from None
    if raw[:2] == b"PK":
        raise InputError(
            "This is a workbook or a zip, not a CSV.", cure="Save it as CSV.", where=[Where(name)]
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise InputError(
            "The file is not in UTF-8.", cure="Save it as 'CSV UTF-8'.", where=[Where(name, line)]
        ) from None
    reader = csv.reader(io.StringIO(text, newline=""))
    headings: list[str] | None = None
    records, numbers = [], []
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        if headings is None:
            headings = cells
            continue
        if len(cells) > len(headings) and any(cell.strip() for cell in cells[len(headings) :]):
            raise InputError(
                f"The row has {len(cells)} cells and the headings {len(headings)}.",
                cure="Take thousands commas out of numbers; put quotation marks around words with commas.",
                where=[Where(name, reader.line_num)],
            )
        padded = [cell.strip() or None for cell in cells[: len(headings)]]
        records.append(padded + [None] * (len(headings) - len(padded)))
        numbers.append(reader.line_num)
    if headings is None:
        raise InputError("The file is empty.", cure="Export it again.", where=[Where(name)])
    if len({heading(h) for h in headings}) < len(headings):
        twice = next(h for i, h in enumerate(headings) if heading(h) in map(heading, headings[:i]))
        raise InputError(
            f"The column {twice!r} is there twice.", cure="Keep one of them.", where=[Where(name, 1, twice)]
        )
    return pl.DataFrame(records, schema=dict.fromkeys(headings, pl.String), orient="row"), numbers


def project_table_file(source: Path | str, out: Path | str) -> pl.DataFrame:
    """Read a CSV of totals, project it, and write the result as CSV.

    Args:
        source: as `read_table`.
        out: where the result goes; written whole or not at all.

    Returns:
        What `project_table` returns.

    Raises:
        InputError: as `read_table` and `project_table`; nothing is written then.
    """
    frame, numbers = read_table(source)
    result = project_table(frame, file=Path(source).name, numbers=numbers)
    out = Path(out)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        partial = out.with_name(out.name + ".part")
        result.write_csv(partial)
        partial.replace(out)
    except OSError:
        raise InputError(
            "The result cannot be written.", cure="Choose another folder.", where=[Where(str(out))]
        ) from None
    return result
