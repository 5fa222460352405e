"""Endings: was the text of a table cut short on its way?

A file that is cut in mid-row still reads: half of its rows, and they would stand in place of all of them.
What gives it away is the last row: it has no line end and fewer cells than the others, or it ends inside a
quotation mark. A last row that is complete needs no line end.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

#: Stands below the text, to see whether a quotation mark that is still open swallows it.
_BELOW = "#"


@dataclass(frozen=True, slots=True)
class Cut:
    """The last row of a text that was cut short.

    Attributes:
        row: its number.
        cells: the cells that it has.
        quoted: whether it ends inside a quotation mark.
    """

    row: int
    cells: int
    quoted: bool


def _suspect(text: str, delimiter: str, columns: int) -> bool:
    """Whether it is worth reading every row again."""
    if text.count('"') % 2:
        return True
    if text.endswith(("\n", "\r")):
        return False
    last = text[max(text.rfind("\n"), text.rfind("\r")) + 1 :]
    return last.count(delimiter) + 1 < columns or '"' in last


def cut(text: str, delimiter: str, columns: int, first: int) -> Cut | None:
    r"""Whether a text ends in mid-row.

    Args:
        text: the rows below the headings.
        delimiter: what stands between cells.
        columns: the number of headings.
        first: the number of the first row.

    Returns:
        The row that was cut, or None. Where most rows leave out their last cells, one that does so too is
        whole.

    >>> cut("1,2\n3", ",", 2, 2), cut("1,2\n3,4", ",", 2, 2)
    (Cut(row=3, cells=1, quoted=False), None)
    """
    if not _suspect(text, delimiter, columns):
        return None
    ended = text.endswith(("\n", "\r"))
    below = io.StringIO(text + ("" if ended else "\n") + _BELOW, newline="")
    widths, record = [], []
    try:
        for record in csv.reader(below, delimiter=delimiter):
            blank = len(record) < 2 and not "".join(record).strip()
            widths.append(0 if blank else len(record))
    except csv.Error:
        return None  # the reader of the rows tells of it
    # An open quotation mark swallows the line below the text, which else is a row of its own.
    quoted = record != [_BELOW]
    if not quoted:
        widths.pop()
    if not widths:
        return None
    last = Cut(first + len(widths) - 1, widths[-1], quoted)
    if quoted:
        return last
    if ended or not 0 < last.cells < columns:
        return None
    others = [width for width in widths[:-1] if width]
    as_short = sum(width <= last.cells for width in others)
    return None if others and 2 * as_short > len(others) else last
