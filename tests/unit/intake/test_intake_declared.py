"""Facts by declaration alone: a field map of one's own and no Python."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from intake_files import own_map, write

from skillmix import intake
from skillmix.errors import InputError
from skillmix.intake import fieldmap
from skillmix.intake.understanding import Boundary

pytestmark = pytest.mark.unit

WIDE = """
[columns.code]
headings = ["Team Code"]
required = true
[columns.adult]
headings = ["Nurses Adult", "Adult"]
cast = "quantity"
[columns.child]
headings = ["Nurses Child", "Child"]
cast = "quantity"
[columns.kind]
headings = ["Kind"]
optional = true
[within]
organisation = "code"
[[tables]]
name = "stock"
unless = ["fte"]
[tables.values]
organisation = "code"
grain = { constant = "organisation,profession" }
[[tables.each]]
profession = { constant = "nurse_adult" }
fte = "adult"
[[tables.each]]
profession = { constant = "nurse_children" }
fte = "child"
"""


def test_wide_rows_become_long_facts_with_numbers_of_their_own(tmp_path: Path) -> None:
    own = own_map(tmp_path, WIDE)
    file = write(tmp_path, "A,1.5,0", "B,NA,2", headings="Team Code,Adult,Child")
    understood = intake.understand(file, own, as_of=dt.date(2026, 6, 30))
    assert understood.tables["stock"].select("row", "organisation", "profession", "fte").rows() == [
        (3, "A", "nurse_adult", Decimal("1.5")),
        (4, "A", "nurse_children", Decimal(0)),  # nought is a figure
        (6, "B", "nurse_children", Decimal(2)),  # NA is none
    ]
    assert understood.rows_loaded == 2
    assert "The file has no Kind; what they tell is not known." in understood.notes


def test_headings_over_two_rows_are_read_together(tmp_path: Path) -> None:
    own = own_map(
        tmp_path, WIDE.replace('["Nurses Adult", "Adult"]', '["Nurses Adult"]').replace(', "Child"]', "]")
    )
    file = write(tmp_path, ",Adult,Child", "A,1,2", headings="Team Code,Nurses,")
    understood = intake.understand(file, own, as_of=dt.date(2026, 6, 30))
    assert understood.tables["stock"].get_column("fte").to_list() == [Decimal(1), Decimal(2)]
    assert "The headings stand over two rows, 1 and 2, and were read together." in understood.notes


def test_a_source_without_a_date_asks_for_one(tmp_path: Path) -> None:
    own = own_map(tmp_path, WIDE)
    with pytest.raises(InputError, match="Give the date with --as-of"):
        intake.understand(write(tmp_path, "A,1,2", headings="Team Code,Adult,Child"), own)


def test_what_a_partner_sends_is_kept_without_columns_that_nobody_declared(tmp_path: Path) -> None:
    own = own_map(tmp_path, WIDE)
    own.write_text(own.read_text().replace('origin="published"', 'origin="sent"'))
    file = write(tmp_path, "A,1,2,Lovelace", "Z,1,2,Hopper", headings="Team Code,Adult,Child,Surname")
    understood = intake.understand(
        file, own, as_of=dt.date(2026, 6, 30), boundary=Boundary(organisations=frozenset({"A"}))
    )
    assert understood.sent.columns == ["row", "Team Code", "Adult", "Child"]
    assert understood.sent.height == 1
    assert any("neither read nor kept: Surname" in note for note in understood.notes)


def test_an_own_map_may_look_words_up_in_a_list(tmp_path: Path) -> None:
    text = WIDE.replace(
        'profession = { constant = "nurse_adult" }',
        'staff_group = { lookup = { list = "staff_group_mapping", where = { scheme = "hchs" }, '
        'value = "staff_group", on = "kind", key = "source_value", unmapped = "set_aside" } }',
    )
    file = write(tmp_path, "A,1,2,Midwives", "B,1,2,Midwifes", headings="Team Code,Adult,Child,Kind")
    understood = intake.understand(file, own_map(tmp_path, text), as_of=dt.date(2026, 6, 30))
    assert understood.tables["stock"].get_column("organisation").unique().to_list() == ["A"]
    assert understood.set_aside.select("row", "value").rows() == [(3, "Midwifes")]


def test_a_lookup_of_nothing_declared_is_refused(tmp_path: Path) -> None:
    text = WIDE.replace(
        'profession = { constant = "nurse_adult" }',
        'role = { lookup = { list = "roles", value = "code", on = "job", key = "code" } }',
    )
    with pytest.raises(InputError, match="there is no 'job'"):
        intake.understand(
            write(tmp_path, "A,1,2", headings="Team Code,Adult,Child"),
            fieldmap.field_map(own_map(tmp_path, text)),
            as_of=dt.date(2026, 6, 30),
        )


BORN = """
[columns.code]
headings = ["Team Code"]
required = true
[columns.number]
headings = ["Employee Number"]
identifier = true
[columns.insurance]
headings = ["NI Number"]
identifier = true
[columns.born]
headings = ["Date Of Birth"]
cast = "integer"
extract = "^[0-9]{2}/[0-9]{2}/([0-9]{4})$"
private = true
[within]
organisation = "code"
[person]
column = "number"
kind = "employee"
[[tables]]
name = "assignment"
[tables.values]
organisation = "code"
person_key = "person_key"
birth_year = "born"
fte = { constant = 1 }
"""


def test_of_a_birth_date_only_the_year_is_kept_and_of_a_second_identifier_nothing(tmp_path: Path) -> None:
    own = own_map(tmp_path, BORN)
    own.write_text(own.read_text().replace('origin="published"', 'origin="sent"'))
    file = write(
        tmp_path,
        "A,4711,QQ123456C,04/03/1980",
        "A,4712,QQ654321C,4.3.80",
        headings="Team Code,Employee Number,NI Number,Date Of Birth",
    )
    understood = intake.understand(file, own, as_of=dt.date(2026, 6, 30))
    assert understood.tables["assignment"]["birth_year"].to_list() == [1980]
    assert understood.sent["Date Of Birth"].to_list() == ["1980", None]
    said = understood.sent.write_csv() + understood.findings.write_csv() + " ".join(understood.notes)
    assert understood.set_aside["rule"].to_list() == ["not_a_number"]
    for kept_out in ("04/03", "4.3.80", "QQ123456C", "QQ654321C", "4711"):
        assert kept_out not in said


def test_a_whole_birth_date_cannot_be_declared(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="mark it private"):
        fieldmap.field_map(own_map(tmp_path, BORN.replace("private = true\n", "")))


def test_a_limit_of_some_rows_needs_numbers_and_a_column_that_the_map_has(tmp_path: Path) -> None:
    worded = WIDE.replace('headings = ["Kind"]', 'headings = ["Kind"]\nlimits = [{ maximum = 2 }]')
    with pytest.raises(InputError, match="limits are for numbers"):
        intake.field_map(own_map(tmp_path, worded))
    limit = 'limits = [{ maximum = 2, when = { sort = ["x"] } }]'
    lost = WIDE.replace('cast = "quantity"', f'cast = "quantity"\n{limit}', 1)
    with pytest.raises(InputError, match="'sort'"):
        intake.field_map(own_map(tmp_path, lost))


def test_a_private_word_that_no_list_has_is_not_told(tmp_path: Path) -> None:
    private = """
[columns.code]
headings = ["Team Code"]
required = true
[columns.kind]
headings = ["Kind"]
private = true
extract = "(.*)"
[within]
organisation = "code"
[[tables]]
name = "stock"
[tables.values]
organisation = "code"
grain = { constant = "organisation,profession" }
fte = { constant = 1 }
profession = { lookup = { list = "roles", value = "profession", on = "kind", key = "code" } }
"""
    file = write(tmp_path, "T1,sorceress", headings="Team Code,Kind")
    for text, told in ((private, False), (private.replace("private = true", ""), True)):
        own = own_map(tmp_path, text)
        understood = intake.understand(file, own, as_of=dt.date(2026, 6, 30))
        assert understood.findings.get_column("rule").to_list() == ["unmapped"]
        assert ("sorceress" in str(understood.findings.rows())) is told
