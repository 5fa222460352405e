"""Forms of numbers and months beyond the plain ones: as ledgers print them, read where a column says so."""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

#: Digits, with commas between thousands and nowhere else.
_DIGITS = r"(?:(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|\.\d+)"
_ABOVE = rf"^£?\s*{_DIGITS}$"
_BELOW = rf"^(?:\(\s*£?\s*{_DIGITS}\s*\)|£\s*\(\s*{_DIGITS}\s*\)|-\s*£?\s*{_DIGITS}|£\s*-\s*{_DIGITS})$"
_NOUGHT = r"^£?\s*-$"
#: A month of the financial year, with the year that it belongs to.
_FINANCIAL = r"(?i)^(?:M|P|Month|Period)?\s*0?(\d{1,2})[\s,-]+(?:FY\s*)?(\d{4})\s*[/-]\s*(?:\d{2})?(\d{2})$"
#: The same, without saying whether the year is that of the calendar.
_UNSURE = re.compile(r"(?i)(?:M|P|Month|Period)\s*0?\d{1,2}[\s,/-]*\d{2,4}")
#: April is the first month of a financial year.
_FIRST = 4
_ERRORS = re.compile(r"#(?:REF!|N/A|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!)")

Told = tuple[str, str, str, str | None]


def accounting(text: pl.Expr) -> pl.Expr:
    """Numbers as ledgers print them, as text that a number can be cast from; null where none is.

    ``(1,234.50)`` is -1234.50, ``£1,234`` is 1234 and a lone ``-`` is 0. A comma that parts no thousands, a
    minus behind the number and both a minus and brackets are not read.
    """
    digits = text.str.replace_all(r"[^0-9.]", "")
    return (
        pl.when(text.str.contains(_ABOVE))
        .then(digits)
        .when(text.str.contains(_BELOW))
        .then(pl.lit("-") + digits)
        .when(text.str.contains(_NOUGHT))
        .then(pl.lit("0"))
    )


def months(text: pl.Expr, forms: Sequence[str]) -> pl.Expr:
    """The first day of a month written in one of some forms; null where none fits."""
    tried = []
    for form in forms:
        if form == "financial":
            tried.append(_financial(text))
        elif "%d" in form:
            tried.append(text.str.to_date(form, strict=False, exact=True).dt.month_start())
        else:
            tried.append((pl.lit("1 ") + text).str.to_date(f"%d {form}", strict=False, exact=True))
    return pl.coalesce(tried)


def _financial(text: pl.Expr) -> pl.Expr:
    number, first, last = (text.str.extract(_FINANCIAL, n).cast(pl.Int32, strict=False) for n in (1, 2, 3))
    fits = number.is_between(1, 12) & (last == (first + 1) % 100)
    month = (number + _FIRST - 2) % 12 + 1
    year = first + (month < _FIRST).cast(pl.Int32)
    return pl.when(fits).then(pl.date(year, month, 1))


def number_fault(value: str) -> Told | None:
    """What is told of a cell that spreadsheets and ledgers put in a number's place; None of others."""
    if _ERRORS.fullmatch(value):
        return (
            "formula_error",
            "The cell holds a spreadsheet's error.",
            "Mend the formula, or write the number.",
            None,
        )
    bare = value.replace(" ", "")
    if re.fullmatch(rf"£?{_DIGITS}-", bare):
        number = bare.strip("£-").replace(",", "")
        return (
            "minus_behind",
            "The minus stands behind the number: below nought to some systems, a slip to others.",
            f"Write -{number} where it is below nought, else {number}.",
            None,
        )
    if worded := re.fullmatch(r"([-+]?\d+(?:\.\d+)?)\s*(?:wte|fte|hours|hrs)\.?", value, re.IGNORECASE):
        return (
            "number_with_words",
            "Words stand beside the number.",
            f"Write the number alone: {worded[1]}.",
            worded[1],
        )
    return None


def month_fault(value: str, forms: Sequence[str]) -> tuple[str, str, str]:
    """What is told of a cell that is no month."""
    if forms and _UNSURE.fullmatch(value):
        return (
            "month_of_financial_year",
            "The month is numbered within the financial year, and which year is not said.",
            "Write the month of the calendar, like 2026-06, or the financial year whole, like M03 2026/27.",
        )
    example = "2026-06" if "%Y-%m" in forms else "202606"
    return "not_a_month", "It is not a month.", f"Write it as year and month, like {example}."
