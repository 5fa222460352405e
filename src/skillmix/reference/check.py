"""Whether the lists hold together: keys by date, codes that refer to each other, ranges, files declared."""

from __future__ import annotations

import datetime as dt

from skillmix.errors import InputError, Where
from skillmix.reference.declarations import Declared
from skillmix.reference.lists import Library, library


def problems(shelf: Library | None = None) -> list[InputError]:
    """Everything that is wrong with the reference lists, each with file, row, value and cure.

    Args:
        shelf: the lists to look at; those of the package by default.

    Returns:
        One error a finding, none where the lists hold together: files without a declaration, days on which a
        key has two rows or none, codes that their list does not have, figures outside their own range.

    Raises:
        InputError: when a list cannot be read at all.
    """
    shelf = shelf or library()
    found = [
        InputError(
            "The file is declared nowhere.", cure="Declare it in lists.toml.", where=[Where(file=file.name)]
        )
        for file in sorted((shelf.folder / "data").glob("*.csv"))
        if file.stem not in shelf.declared
    ]
    for name, declared in shelf.declared.items():
        found += _dates(shelf, name, declared)
        found += _references(shelf, name, declared)
        found += _ranges(shelf, name)
    return found


def _dates(shelf: Library, name: str, declared: Declared) -> list[InputError]:
    found = []
    spans: dict[tuple[object, ...], list[tuple[dt.date, dt.date | None, int]]] = {}
    for number, row in enumerate(shelf.table(name).iter_rows(named=True), start=2):
        key = tuple(row[c] for c in declared.key)
        spans.setdefault(key, []).append((row["valid_from"], row["valid_to"], number))
    file = f"{name}.csv"
    for key, rows in spans.items():
        rows.sort()
        words = ", ".join(str(k) for k in key)
        for (start, end, number), after in zip(rows, [*rows[1:], None], strict=True):
            if end is not None and end < start:
                found.append(
                    InputError(
                        "valid_to lies before valid_from.",
                        cure="Put the dates right.",
                        where=[Where(file=file, row=number, column="valid_to", value=str(end))],
                    )
                )
            if after is None:
                continue
            if end is None or after[0] <= end:
                found.append(
                    InputError(
                        f"The key ({words}) has two rows on {after[0]}.",
                        cure=f"End the row at line {number} the day before the next one starts.",
                        where=[Where(file=file, row=after[2], column="valid_from", value=str(after[0]))],
                    )
                )
            elif not declared.gaps and after[0] != end + dt.timedelta(days=1):
                found.append(
                    InputError(
                        f"The key ({words}) has no row between {end} and {after[0]}.",
                        cure="Add the row in between, with an empty value where it is not known.",
                        where=[Where(file=file, row=after[2], column="valid_from", value=str(after[0]))],
                    )
                )
    return found


def _references(shelf: Library, name: str, declared: Declared) -> list[InputError]:
    found = []
    for column in declared.columns:
        if column.refers_to is None:
            continue
        allowed = shelf.codes(column.refers_to)
        for number, value in enumerate(shelf.table(name).get_column(column.name).to_list(), start=2):
            held = [] if value is None else value if column.many else [value]
            for code in held:
                if code not in allowed:
                    near = shelf.suggest(column.refers_to, code)[0]
                    found.append(
                        InputError(
                            f"The list {column.refers_to!r} has no such code.",
                            cure=f"Did you mean {near!r}?",
                            where=[Where(file=f"{name}.csv", row=number, column=column.name, value=code)],
                        )
                    )
    return found


def _ranges(shelf: Library, name: str) -> list[InputError]:
    frame = shelf.table(name)
    if not {"value", "low", "high"} <= set(frame.columns):
        return []
    found = []
    for number, row in enumerate(frame.iter_rows(named=True), start=2):
        value, low, high = row["value"], row["low"], row["high"]
        if (
            (low is None) != (high is None)
            or (low is not None and value is None)
            or (low is not None and not low <= value <= high)
        ):
            found.append(
                InputError(
                    "The range does not hold the figure.",
                    cure="Give low and high, the figure between them; or neither.",
                    where=[Where(file=f"{name}.csv", row=number, column="value", value=str(value))],
                )
            )
    return found
