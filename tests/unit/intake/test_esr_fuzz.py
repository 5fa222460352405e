"""Whatever stands in the cells of an export, it is understood or refused, and every row is accounted for."""

from __future__ import annotations

import pytest
from esr_exports import AS_OF, HEADINGS, export, person
from hypothesis import given, settings
from hypothesis import strategies as st

from skillmix import intake
from skillmix.errors import SkillmixError
from skillmix.intake.understanding import Boundary, Understood

pytestmark = pytest.mark.unit

WITHIN = Boundary(frozenset({"RXX"}), only="RXX")
NUMBERS = st.sampled_from(["", " ", "0", "-1", "1e400", "1,5", "NaN", "inf", "99999999999999999999", "00000"])
WORDS = st.sampled_from(["Total", "Employee Number", "=1+1", "\x00", "\u202e", "NULL", "XR07", "8a", "Bank"])
DATES = st.sampled_from(["31/02/2000", "01/01/1900", "12345", "1/1/20", "29-Feb-1999", "2026-06-30 12:00"])
CELLS = st.one_of(
    NUMBERS,
    WORDS,
    DATES,
    st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters='"\r\n'), max_size=12),
)
CHANGES = st.dictionaries(st.sampled_from(HEADINGS), CELLS, max_size=5)


def _read(rows: list[dict[str, str]]) -> Understood | None:
    """What is understood; None where it is refused with the cure."""
    try:
        return intake.understand(export(*rows), "esr_staff_in_post", boundary=WITHIN, as_of=AS_OF)
    except SkillmixError as refused:
        return None if refused.cure else pytest.fail(f"no cure: {refused}")


@settings(max_examples=30, deadline=None)
@given(st.lists(CHANGES, min_size=1, max_size=5))
def test_every_row_is_accounted_for(changes: list[dict[str, str]]) -> None:
    read = _read([{**person(n), **changed} for n, changed in enumerate(changes)])
    if read is None:
        return
    assert read.rows_read == read.rows_loaded + read.rows_set_aside + read.rows_outside + read.rows_not_used
    loaded = {row for facts in read.tables.values() for row in facts.get_column("row").to_list()}
    assert len(loaded) == read.rows_loaded
    assert not loaded & set(read.set_aside.get_column("row").to_list())
    assert read.findings.get_column("cure").str.len_chars().min() != 0
