"""The coverage strip, and which columns of a table tell something."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest

from skillmix.report.document import Column
from skillmix.web.figures import naming
from skillmix.web.figures.panels.columns import days, hidden, telling
from skillmix.web.figures.strip import strip

pytestmark = pytest.mark.unit

TODAY = dt.date(2026, 11, 27)


def _row(partner: str, topic: str = "staff_in_post", **values: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "partner": partner,
        "partner_name": partner.replace("_", " ").capitalize(),
        "topic": topic,
        "organisations": 1,
        "known": 1,
        "invented": 0,
        "newest_as_of": dt.date(2026, 6, 30),
        "months_old": 5,
    }
    return {**plain, **values}


def _strip(*rows: dict[str, Any]) -> Any:
    return strip(pl.DataFrame(list(rows), infer_schema_length=None), TODAY)


def test_a_partner_of_whom_nothing_is_known_is_named_and_marked() -> None:
    made = _strip(_row("acute"), _row("community", known=0, newest_as_of=None, months_old=None))
    assert [(c.name, c.said, c.warning) for c in made.cells] == [
        ("Acute", "June 2026", False),
        ("Community", "not known", True),
    ]
    assert made.sentence == ""


def test_kinds_of_one_partner_stand_together() -> None:
    made = _strip(
        _row("primary_care", organisations=3, known=2),
        _row("primary_care", organisations=10, known=10, newest_as_of=dt.date(2026, 3, 31)),
    )
    assert [c.said for c in made.cells] == ["12 of 13, June 2026"]


def test_what_is_old_says_how_old() -> None:
    made = _strip(
        _row("social_care", newest_as_of=dt.date(2023, 3, 31), months_old=44),
        _row("acute", months_old=20),
    )
    assert [c.said for c in made.cells] == ["March 2023, 44 months old", "June 2026, some older"]
    assert all(c.warning for c in made.cells)


def test_what_is_invented_is_said_in_a_sentence() -> None:
    whole = _strip(_row("acute", invented=1))
    assert whole.cells[0].invented
    assert whole.sentence == "Everything known of staff here is invented."
    part = _strip(_row("acute", invented=1), _row("community"), _row("community", "profession", invented=1))
    assert part.sentence.startswith("The staff of 1 of 2 organisations are invented; the professions of 1,")


def test_a_column_that_tells_nothing_is_left_out() -> None:
    columns = [Column("name", "Name"), Column("lines", "Lines"), Column("rate", "Rate"), Column("fte", "FTE")]
    rows = [{"name": "A", "lines": 0, "rate": None, "fte": 0.0}]
    assert [c.key for c in telling(columns, rows)] == ["name", "fte"]
    # What may not be shown is not unknown: the column stays.
    kept = telling(columns, [{**rows[0], "suppressed": "rate: fewer than 5 people"}])
    assert [c.key for c in kept] == ["name", "rate", "fte"]


def test_what_follows_from_a_hidden_cell_is_hidden_with_it() -> None:
    assert "net: joiners" in hidden({"suppressed": "joiners: fewer than 5 people"}, net="joiners")
    assert hidden({"suppressed": None}, net="joiners") == ""


def test_the_dates_of_rows() -> None:
    rows = [{"oldest_as_of": dt.date(2025, 1, 1), "newest_as_of": None}]
    assert days(rows) == [dt.date(2025, 1, 1)]


def test_support_stands_with_its_family() -> None:
    assert {"physiotherapist", "support_physiotherapy"} <= naming.members("ahp")
    assert naming.members("ahp") == naming.members("allied_health")
    assert "nursing_support" not in naming.families()
    assert next(iter(naming.families())) == "ahp"
