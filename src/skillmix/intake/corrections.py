"""Corrections: a value as sent becomes the value meant, and every rule is asked again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

import polars as pl

from skillmix.errors import InputError, Where
from skillmix.intake import casts, door
from skillmix.intake.staging import CORRECTIONS, Staged, person_links
from skillmix.intake.strayed import holds_identifier
from skillmix.intake.understanding import interpret

#: The longest value that is taken.
_LONGEST = 200


@dataclass(frozen=True)
class Correction:
    """What should stand in place of what was sent.

    Attributes:
        column: the heading as sent.
        meant: what should stand there; empty for nothing.
        value: the value as sent, replaced in every row that has a problem in this column; None for an empty
            cell.
        row: the one row to correct, whatever stands there; it must have a problem, in any column.
    """

    column: str
    meant: str
    value: str | None = None
    row: int | None = None


def _keys(staged: Staged, wanted: Correction) -> list[str]:
    """The columns of the map that stand under a heading.

    Raises:
        InputError: when there is none, or it identifies a person.
    """
    text, chosen = staged.taken.text, staged.understood.source
    where = [Where(file=staged.file, row=wanted.row, column=wanted.column)]
    keys = [key for key, heading in text.headings.items() if heading == wanted.column]
    if not keys:
        raise InputError(
            "The file has no such column that is used.",
            cure=f"Choose one of {', '.join(dict.fromkeys(text.headings.values()))}.",
            where=where,
        )
    if any(door.hidden(chosen.columns[key]) for key in keys):
        raise InputError(
            "What identifies a person is not kept, and cannot be corrected here.",
            cure="Mend it in the system that it comes from, and send the file again.",
            where=where,
        )
    return keys


def _meant(staged: Staged, wanted: Correction, keys: list[str]) -> str | None:
    """The value to take.

    Raises:
        InputError: when it is too long for a cell, or holds what identifies a person.
    """
    if len(wanted.meant) > _LONGEST:
        raise InputError(
            f"The value is longer than {_LONGEST} characters.",
            cure="Give what the cell should hold, and nothing else.",
            where=[Where(file=staged.file, row=wanted.row, column=wanted.column)],
        )
    if holds_identifier(wanted.meant):
        raise InputError(
            "The value holds what identifies a person, such as an e-mail address or an NI number.",
            cure="Give what the cell should hold, without anybody's number or address.",
            where=[Where(file=staged.file, row=wanted.row, column=wanted.column)],
        )
    chosen = staged.understood.source
    nulls = (*chosen.nulls, *chosen.columns[keys[0]].nulls)
    cleaned = casts.clean(pl.Series("v", [wanted.meant]), nulls)
    return None if cleaned.item() is None else str(cleaned.item())


def _rows(staged: Staged, wanted: Correction, keys: list[str]) -> list[int]:
    """The rows to correct.

    Raises:
        InputError: when no row with a problem is meant.
    """
    found, rows = staged.findings, staged.taken.text.rows
    if wanted.row is not None:
        hit = rows.filter(pl.col("row") == wanted.row).join(found.select("row"), on="row", how="semi")
    else:
        mine = found.filter(pl.col("column") == wanted.column).select("row").unique()
        holds = pl.col(keys[0]).eq_missing(pl.lit(wanted.value or None, pl.String))
        hit = rows.join(mine, on="row", how="semi", maintain_order="left").filter(holds)
    if hit.is_empty():
        raise InputError(
            "There is nothing to correct: no row with a problem is meant.",
            cure="Choose a row or a value that the list of problems names.",
            where=[Where(staged.file, wanted.row, wanted.column, wanted.value)],
        )
    return hit.get_column("row").to_list()


def correct(staged: Staged, corrections: Iterable[Correction], *, by: str = "controller") -> Staged:
    """Correct cells of rows that have a problem, and ask every rule again.

    Neither the file nor the hashing key is needed. What was corrected is kept with the submission and told in
    its notes; `incoming/` keeps the rows as they were sent.

    Args:
        staged: the file; it is left as it is.
        corrections: what should stand in place of what; all are taken, or none.
        by: who corrects.

    Returns:
        The file with the corrections made.

    Raises:
        InputError: when a column identifies a person, or nothing with a problem is meant.
    """
    before = staged.taken.text.rows
    rows, now, made = before, dt.datetime.now(dt.UTC), []
    for wanted in corrections:
        keys = _keys(staged, wanted)
        meant = _meant(staged, wanted, keys)
        numbers = _rows(staged, wanted, keys)
        hit = pl.col("row").is_in(numbers)
        sent = before.filter(hit).get_column(keys[0]).item(0)
        rows = rows.with_columns(
            pl.when(hit).then(pl.lit(meant, pl.String)).otherwise(key).alias(key) for key in keys
        )
        made.append((now, by, wanted.row, wanted.column, sent, meant, len(numbers)))
    if not made:
        return staged
    taken = replace(staged.taken, text=replace(staged.taken.text, rows=rows))
    understood = interpret(
        taken, boundary=staged.boundary, as_of=staged.asked_as_of, edition=staged.asked_edition
    )
    new = pl.DataFrame(made, schema=CORRECTIONS, orient="row")
    return replace(
        staged,
        taken=taken,
        understood=understood,
        person_links=person_links(understood.tables, staged.person_links),
        corrections=pl.concat([staged.corrections, new]),
    )
