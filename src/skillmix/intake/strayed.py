"""What strayed: cells of open columns that hold what identifies a person, though they should not."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from pathlib import PurePath

import polars as pl

#: What identifies a person wherever it stands: an NI number, an e-mail address.
_ELSEWHERE = r"\b[A-Za-z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-Da-d]\b|[\w.+-]+@[\w-]+\.\w+"
_WORD = r"[\w'-]+"
#: Digits in a file's name that may be somebody's number, and the dates and times that they may be instead.
_NUMBER = re.compile(r"\d{7,}|\d{3} \d{3} \d{4}")
_DATES = ("%Y%m%d", "%d%m%Y", "%Y%m%d%H%M", "%Y%m%d%H%M%S")
#: Letters and digits from which a row's own number is looked for in its other cells.
_LONG = 6


def _of_the_row(key: str, own: Sequence[str]) -> pl.Expr:
    """Whether a cell holds one of its row's own numbers, or two of its names; one alone may be a job."""
    cell = pl.col(key).str.to_lowercase()
    number, names = pl.lit(False), pl.lit(0)
    for other in own:
        theirs = pl.col(other).str.to_lowercase()
        there = cell.str.contains(theirs, literal=True).fill_null(False)
        has_digits = theirs.str.contains(r"\d").fill_null(False)
        number = number | (there & has_digits & (theirs.str.len_chars() >= _LONG))
        names = names + (there & ~has_digits).cast(pl.Int32)
    return number | (names > 1)


def identifying(rows: pl.DataFrame, own: Sequence[str]) -> pl.Series:
    """Every number and name that identifies a person of a table, in small letters.

    Args:
        rows: the text of the table, before anything is replaced.
        own: the columns that identify a person.
    """
    values = [rows.select(pl.col(k).str.to_lowercase().alias("own")).unique() for k in own]
    empty = pl.DataFrame(schema={"own": pl.String})
    return pl.concat([empty, *values]).unique().drop_nulls().get_column("own")


def strayed(rows: pl.DataFrame, key: str, own: Sequence[str], known: pl.Series) -> pl.Series:
    """Rows whose cell holds an NI number, an e-mail address, or the number or name of the row's own person.

    Args:
        rows: the text of a table, before anything is replaced.
        key: an open column.
        own: the columns that identify a person.
        known: what `identifying` gave.

    Returns:
        True for each row whose cell must be emptied.
    """
    # Each distinct cell is looked at once: an export has few job roles and many people.
    cells = rows.select(key).unique().drop_nulls()
    everywhere = cells.filter(pl.col(key).str.contains(_ELSEWHERE)).get_column(key)
    words = cells.with_columns(pl.col(key).str.to_lowercase().str.extract_all(_WORD).alias("word")).explode(
        "word"
    )
    maybe = words.filter(pl.col("word").is_in(known.implode())).get_column(key).unique()
    suspects = rows.select("row", key, *own).filter(pl.col(key).is_in(maybe.implode()))
    found = suspects.filter(_of_the_row(key, own)).get_column("row") if own else pl.Series(dtype=pl.Int64)
    held = pl.col(key).is_in(everywhere.implode()).fill_null(False) | pl.col("row").is_in(found.implode())
    return rows.select(held.alias("held")).to_series()


def holds_identifier(text: str) -> bool:
    """Whether a text holds what identifies a person wherever it stands, as `strayed` asks of a cell.

    >>> holds_identifier("Physiotherapist"), holds_identifier("QQ 12 34 56 C")
    (False, True)
    """
    return re.search(_ELSEWHERE, text) is not None


def _is_date(digits: str) -> bool:
    for pattern in _DATES:
        try:
            read = dt.datetime.strptime(digits, pattern)
        except ValueError:
            continue
        if 1990 <= read.year <= 2099 and read.strftime(pattern) == digits:
            return True
    return False


def name_to_keep(name: str, title: str) -> str:
    """The name of a file that may be kept: the source's title, where the name holds somebody's number.

    Args:
        name: the name as sent, without folders.
        title: title of the source that the file is of.

    >>> name_to_keep("staff 20260630.csv", "Staff"), name_to_keep("leavers_QQ123456C.csv", "Staff")
    ('staff 20260630.csv', 'Staff.csv')
    """
    words = re.sub(r"[^\w.+@-]|_", " ", name)
    numbers = _NUMBER.findall(words.replace("-", " "))
    if not holds_identifier(words) and all(_is_date(found) for found in numbers):
        return name
    ending = PurePath(name).suffix
    return title + (ending if re.fullmatch(r"\.[A-Za-z]{1,8}", ending) else "")
