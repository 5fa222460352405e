"""Casts: text to numbers, dates and codes, by rule. A cell that fails says why, and what to write instead."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from skillmix.intake import findings, forms
from skillmix.intake.declarations import Column
from skillmix.intake.names import readable
from skillmix.intake.nearest import nearest
from skillmix.schema.columns import QUANTITY_PRECISION, QUANTITY_SCALE

#: The type of each cast's values.
TYPES: dict[str, pl.DataType | type[pl.DataType]] = {
    "text": pl.String,
    "name": pl.String,
    "code": pl.String,
    "integer": pl.Int64,
    "quantity": pl.Decimal(QUANTITY_PRECISION, QUANTITY_SCALE),
    "date": pl.Date,
    "year": pl.Int64,
    "month_start": pl.Date,
    "month_end": pl.Date,
    "month_after": pl.Date,
}

#: Day nought of a spreadsheet's dates (those after February 1900).
_NOUGHT = dt.date(1899, 12, 30)
#: Serial numbers that can be meant as dates: 1954 to 2119.
_SERIALS = (20_000, 80_000)
#: The smallest that can be meant as a birth date: 1927.
_BORN = 10_000
_YEARS = (1900, 2150)
_NUMBER = r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,6})?"
#: The largest numbers, before the point, that a quantity and a whole number can be.
LARGEST = 10 ** (QUANTITY_PRECISION - QUANTITY_SCALE) - 1
LARGEST_WHOLE = 2**63 - 1
_SERIAL = r"^\d{5}(?:\.0+)?$"


#: What is told of a cell: the rule, the reason, the cure, and what may be meant where that can be told.
Told = tuple[str, str, str] | tuple[str, str, str, str | None]


@dataclass(frozen=True, slots=True)
class Cast:
    """A column that has been read.

    Attributes:
        values: its values, typed; null where empty or failing.
        findings: the cells that failed.
        notes: what was done to cells that did not fail, in words.
    """

    values: pl.Series
    findings: pl.DataFrame
    notes: tuple[str, ...] = ()


#: Characters that cannot be seen and mean nothing in a cell: controls but tab and line breaks, and marks of
#: byte order. A code that holds one would equal no other.
CONTROLS = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\x{feff}]"


def clean(values: pl.Series, nulls: Sequence[str]) -> pl.Series:
    """Text without control characters and spaces around it, and nothing where a cell stands for nothing."""
    stripped = values.str.replace_all(CONTROLS, "").str.strip_chars()
    empty = stripped.is_in(pl.Series([*nulls, ""]).implode())
    return stripped.to_frame("v").select(pl.when(~empty).then("v")).to_series().alias(values.name)


def _as_date(day: str) -> str:
    value = _NOUGHT + dt.timedelta(days=int(float(day)))
    return f"{value.day} {value:%B %Y}"


def _number_fault(value: str, whole: bool) -> Told:
    kind = "a whole number" if whole else "a number"
    if told := forms.number_fault(value):
        return told
    bare = value.replace(" ", "")
    if re.fullmatch(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?", bare):
        plain = bare.replace(",", "")
        return "comma", "The number is written with commas.", f"Write it without: {plain}.", plain
    if re.fullmatch(r"[-+]?\d+,\d+", bare):
        return (
            "comma",
            "The number is written with a comma for its point.",
            f"Write it with a full stop: {bare.replace(',', '.')}.",
            bare.replace(",", "."),
        )
    if bare.endswith("%"):
        return "percent", "The number is written as a percentage.", "Write it as a plain number."
    if re.fullmatch(r"[-+]?\d{1,3}( \d{3})+(\.\d+)?", value):
        return "space", "The number is written with spaces.", f"Write it without: {bare}.", bare
    if re.fullmatch(_NUMBER, value):
        most = LARGEST_WHOLE if whole else LARGEST
        if abs(Decimal(value)) > most:
            reason = f"The number is too large: the column holds at most {most:,}."
            return "too_large", reason, "Correct it at its source."
        if whole and "e" in value.casefold():
            return "exponent", "The number is written with an exponent.", "Write it out in digits."
    return (
        "not_a_number",
        f"It is not {kind}.",
        f"Write {kind}, or leave the cell empty where it is not known.",
    )


def _century(short: re.Match[str]) -> str:
    """A date whose year had two digits, of the hundred years up to now."""
    year = int(short[2])
    now = dt.datetime.now(dt.UTC).year
    return f"{short[1]}{year + (2000 if 2000 + year <= now else 1900)}"


def _date_fault(value: str, column: Column) -> Told:
    if re.fullmatch(_SERIAL, value) and _SERIALS[0] <= float(value) <= _SERIALS[1]:
        return (
            "serial_date",
            f"It is a spreadsheet's serial number for a date ({_as_date(value)}).",
            "Format the column as a date and export it again; other columns may have been changed too.",
        )
    example = dt.date(2026, 6, 30).strftime(column.formats[0])
    if short := re.fullmatch(r"(\d{1,2}[-/.]\d{1,2}[-/.])(\d{2})", value):
        return (
            "two_digit_year",
            "The year is written with two digits.",
            "Write it with four.",
            _century(short),
        )
    return "not_a_date", "It is not a date that this column can hold.", f"Write it like {example}."


#: Reasons and cures of the rules whose words else hold the value.
_DISCREET = {
    "comma": ("The number is written with commas.", "Write it with a full stop and without commas."),
    "space": ("The number is written with spaces.", "Write it without."),
    "minus_behind": ("The minus stands behind the number.", "Write it in front where it is below nought."),
    "number_with_words": ("Words stand beside the number.", "Write the number alone."),
    "serial_date": (
        "It is a spreadsheet's serial number for a date.",
        "Format the column as a date and export it again; other columns may have been changed too.",
    ),
    "unknown_code": ("It is not a code of this column.", "Check the code at its source."),
}


def _faults(rows: pl.DataFrame, heading: str, column: Column, explain: Callable[[str], Told]) -> pl.DataFrame:
    """Findings for failing cells, explained once for each distinct value."""
    if rows.is_empty():
        return findings.empty()
    distinct = rows.get_column("value").unique(maintain_order=True).to_list()
    hidden = column.identifier or column.private
    told = [(*explain(value), None)[:4] for value in distinct]
    if hidden:
        told = [(rule, *_DISCREET.get(rule, (reason, cure)), None) for rule, reason, cure, _ in told]
    words = pl.DataFrame(
        {
            "value": distinct,
            "rule": [t[0] for t in told],
            "reason": [t[1] for t in told],
            "cure": [t[2] for t in told],
            "suggestion": pl.Series([t[3] for t in told], dtype=pl.String),
        }
    )
    shown = pl.lit(findings.WITHHELD) if hidden else pl.col("value")
    return rows.join(words, on="value", how="left", maintain_order="left").select(
        "row",
        "rule",
        pl.lit(heading).alias("column"),
        shown.alias("value"),
        "reason",
        "cure",
        pl.lit(not column.lenient).alias("aside"),
        "suggestion",
    )


def read_dates(text: pl.Expr, column: Column) -> pl.Expr:
    """Dates in the forms that a column may have, null where none fits."""
    tried = [text.str.to_date(form, strict=False, exact=True) for form in column.formats]
    date = pl.coalesce(tried)
    date = pl.when(date.dt.year().is_between(*_YEARS)).then(date)
    if column.serial:
        day = pl.when(text.str.contains(_SERIAL)).then(text).cast(pl.Float64, strict=False)
        # Of a birth date the number may be smaller: people were born before 1954.
        least = _BORN if column.cast == "year" else _SERIALS[0]
        day = pl.when(day.is_between(least, _SERIALS[1])).then(day)
        date = pl.coalesce(date, pl.lit(_NOUGHT) + pl.duration(days=day))
    return date


def _months(text: pl.Expr, column: Column) -> pl.Expr:
    """Months written as 202606, in the forms that `reads` names and, with `serial`, as a day's number."""
    first = pl.when(text.str.contains(r"^\d{6}$")).then(text + "01").str.to_date("%Y%m%d", strict=False)
    if column.reads.months:
        first = pl.coalesce(first, forms.months(text, column.reads.months))
    if column.serial:
        first = pl.coalesce(first, read_dates(text, column).dt.month_start())
    first = pl.when(first.dt.year().is_between(*_YEARS)).then(first)
    return {
        "month_start": first,
        "month_end": first.dt.month_end(),
        "month_after": first.dt.offset_by("1mo"),
    }[column.cast]


def _typed(text: pl.Expr, column: Column) -> pl.Expr:
    if column.extract:
        text = text.str.extract(column.extract, 1)
    match column.cast:
        case "integer":
            return text.str.replace(r"\.0+$", "").cast(pl.Int64, strict=False)
        case "quantity":
            number = text.cast(TYPES["quantity"], strict=False)
            if column.reads.accounting:
                number = pl.coalesce(number, forms.accounting(text).cast(TYPES["quantity"], strict=False))
            return number
        case "date":
            return read_dates(text, column)
        case "year":
            alone = pl.when(text.str.contains(r"^\d{4}$")).then(text).cast(pl.Int64, strict=False)
            year = pl.coalesce(read_dates(text, column).dt.year().cast(pl.Int64), alone)
            return pl.when(year.is_between(*_YEARS)).then(year)
        case "month_start" | "month_end" | "month_after":
            return _months(text, column)
        case _:
            return text.str.to_uppercase() if column.reads.capitals else text


def _limits(column: Column) -> list[tuple[str, pl.Expr, str, str]]:
    limits = []
    if column.minimum is not None:
        limits.append(
            (
                "too_small",
                pl.col("typed") < column.minimum,
                f"It is below {column.minimum:g}.",
                "Correct it at its source.",
            )
        )
    if column.maximum is not None:
        limits.append(
            (
                "too_large",
                pl.col("typed") > column.maximum,
                f"It is above {column.maximum:g}.",
                "Correct it at its source.",
            )
        )
    if column.pattern:
        limits.append(
            (
                "form",
                ~pl.col("typed").cast(pl.String).str.contains(column.pattern),
                "It has not the form that this column's codes have.",
                "Check the code; a spreadsheet may have changed it.",
            )
        )
    return limits


def _nearest(codes: Sequence[str]) -> Callable[[str], Told]:
    def explain(value: str) -> Told:
        near = nearest(value, codes)
        shown = ", ".join(codes[:12]) + (", ..." if len(codes) > 12 else "")
        cure = f"The nearest is {near!r}." if near else f"The codes are {shown}."
        return "unknown_code", "It is not a code of this column.", cure, near

    return explain


def _allowed(column: Column) -> list[str]:
    if column.codes:
        return list(column.codes)
    if column.reference:
        from skillmix import reference

        return sorted(reference.codes(column.reference))
    return []


def cast(rows: pl.Series, text: pl.Series, heading: str, column: Column) -> Cast:
    """Read a column.

    Args:
        rows: row numbers.
        text: its cells, cleaned with `clean`.
        heading: its heading as sent.
        column: what it is declared to hold.

    Returns:
        Typed values, the cells that failed, and notes on cells that were read by a rule.
    """
    frame = pl.DataFrame({"row": rows, "value": text})
    frame = frame.with_columns(_typed(pl.col("value"), column).cast(TYPES[column.cast]).alias("typed"))
    if column.cast == "name":
        told = frame.select("typed").unique().drop_nulls().get_column("typed")
        frame = frame.with_columns(
            pl.col("typed").replace(told, pl.Series([readable(n) for n in told], dtype=pl.String))
        )
    failed = frame.filter(pl.col("value").is_not_null() & pl.col("typed").is_null())
    if column.reads.sought and column.extract:
        failed = failed.filter(pl.col("value").str.extract(column.extract, 1).is_not_null())
    explain: Callable[[str], Told]
    if column.cast in ("integer", "quantity"):
        explain = lambda value: _number_fault(value, column.cast == "integer")  # noqa: E731
    elif column.cast in ("date", "year"):
        explain = lambda value: _date_fault(value, column)  # noqa: E731
    elif column.cast.startswith("month"):
        explain = lambda value: forms.month_fault(value, column.reads.months)  # noqa: E731
    else:
        explain = lambda value: ("form", "It has not the form of this column.", "Check it.")  # noqa: E731
    found = [_faults(failed.select("row", "value"), heading, column, explain)]
    for rule, broken, reason, cure in _limits(column):
        found.append(
            _faults(
                frame.filter(broken).select("row", "value"),
                heading,
                column,
                lambda v, w=(rule, reason, cure): w,  # type: ignore[misc]
            )
        )
    if allowed := _allowed(column):
        unknown = frame.filter(~pl.col("typed").is_in(pl.Series(allowed).implode()))
        found.append(_faults(unknown.select("row", "value"), heading, column, _nearest(allowed)))
    if column.required:
        lacking = frame.filter(pl.col("value").is_null()).select(
            "row", pl.lit(None, pl.String).alias("value")
        )
        found.append(
            findings.findings(
                lacking,
                rule="missing_value",
                column=heading,
                reason=f"The row has no {heading}.",
                cure="Fill it, or take the row out.",
            )
        )
    return Cast(frame.get_column("typed"), findings.together(found), _notes(frame, heading, column))


def _notes(frame: pl.DataFrame, heading: str, column: Column) -> tuple[str, ...]:
    notes = []
    if column.without and (lacking := frame.get_column("typed").null_count()):
        notes.append(f"{lacking:,} {column.without}.")
    if column.serial:
        read = frame.filter(pl.col("typed").is_not_null() & pl.col("value").str.contains(_SERIAL))
        if read.height:
            first = read.get_column("value").item(0)
            shown = "" if column.private or column.identifier else f": {first} as {_as_date(first)}"
            notes.append(
                f"{findings.counted(read.height, 'cell', 'cells')} of {heading} held a spreadsheet's serial "
                f"number, read as a date{shown}."
            )
    if column.cast == "quantity":
        long = frame.filter(
            pl.col("typed").is_not_null() & pl.col("value").str.contains(rf"\.\d{{{QUANTITY_SCALE + 1},}}")
        )
        if long.height:
            notes.append(
                f"{findings.counted(long.height, 'cell', 'cells')} of {heading} held more than "
                f"{QUANTITY_SCALE} decimals, rounded to that many."
            )
    return tuple(notes)
