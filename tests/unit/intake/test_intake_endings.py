"""A text that was cut in mid-row is told from one that merely has no last line end."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from skillmix.intake.endings import Cut, cut

pytestmark = pytest.mark.unit

WHOLE = {
    "with a line end": "1,2,3\n4,5,6\n",
    "without a line end": "1,2,3\n4,5,6",
    "a last cell that is empty": "1,2,3\r\n4,5,",
    "quotation marks": '1,2,3\n4,5,"6, and 7"',
    "a line break within quotation marks": '1,2,3\n4,"5\n5a",6',
    "a mark of inches": '1,2,5" pipe\n4,5,6',
    "a short row with a line end": "1,2,3\n4\n",
    "blanks below": "1,2,3\n4,5,6\n  ",
    "rows that leave out their last cells": "1,2\n3,4\n5,6\n7,8,9\n10,11",
}
CUT = {
    "in mid-row": ("1,2,3\n4,5", Cut(3, 2, False)),
    "in the only row": ("1,2", Cut(2, 2, False)),
    "in the first cell": ("1,2,3\n4,5,6\n7", Cut(4, 1, False)),
    "after cells that are empty": ("1,2,3\n,", Cut(3, 2, False)),
    "in a quoted cell": ('1,2,3\n4,"5 and', Cut(3, 2, True)),
    "in the last cell, quoted": ('1,2,3\n4,5,"6 an', Cut(3, 3, True)),
    "at a line break within a quoted cell": ('1,2,3\n4,5,"6\n', Cut(3, 3, True)),
    "after a blank line": ("1,2,3\n\n4,5", Cut(4, 2, False)),
}


@pytest.mark.parametrize("text", WHOLE.values(), ids=list(WHOLE))
def test_a_whole_text_is_not_called_cut(text: str) -> None:
    assert cut(text, ",", 3, 2) is None


@pytest.mark.parametrize(("text", "found"), CUT.values(), ids=list(CUT))
def test_a_text_cut_in_mid_row_is_seen(text: str, found: Cut) -> None:
    assert cut(text, ",", 3, 2) == found


@given(st.lists(st.lists(st.text("ab,\n ", max_size=4), min_size=3, max_size=3), min_size=1), st.data())
def test_a_cut_before_the_end_of_the_last_cell_is_always_seen(
    rows: list[list[str]], data: st.DataObject
) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows([["x", "y", "z"], *rows])
    text = out.getvalue()
    assert cut(text, ",", 3, 2) is None
    assert cut(text.removesuffix("\n"), ",", 3, 2) is None
    last = io.StringIO()
    csv.writer(last, lineterminator="\n", quoting=csv.QUOTE_ALL).writerow(rows[-1])
    assume(rows[-1][0].strip())  # a last row of one blank cell is a blank line
    left = data.draw(st.integers(1, len(last.getvalue()) - 3))
    # Right after the last comma the row has all of its cells, the last of them empty.
    assume(left != len(last.getvalue()) - len('""\n') - len(rows[-1][2]))
    # All but the closing quotation mark of the last cell, or more, is missing.
    assert cut(text[: len(text) - len(last.getvalue()) + left], ",", 3, 2) is not None
