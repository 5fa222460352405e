"""Readers: whose figures are shown by name, without it, or in totals alone."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from skillmix.disclosure import Reader
from skillmix.disclosure.readers import LEVELS, seen_by
from skillmix.measures import Figures
from skillmix.place import Agreement, Place, Scope

pytestmark = pytest.mark.unit

#: One partner of each level; another that says nothing.
LEVEL = {"NAMED": "named", "UNNAMED": "unnamed", "TOTALS": "totals", "SILENT": ""}
GROUPS = {
    "kind": {
        "acute_trust": frozenset({"NAMED"}),
        "community_trust": frozenset({"UNNAMED"}),
        "mental_health_trust": frozenset({"TOTALS", "SILENT"}),
    }
}


def figures(rows: list[dict[str, Any]], *dimensions: str) -> Figures:
    return Figures(
        pl.DataFrame(rows), "staff_in_post", dimensions, {"headcount": "staff_in_post"}, place="T", number=3
    )


def by_organisation(origin: str = "sent") -> Figures:
    rows = [
        {"organisation": code, "organisation_name": f"The {code}", "headcount": n, "origin": origin}
        for n, code in enumerate(LEVEL, start=10)
    ]
    return figures(
        [*rows, {"organisation": None, "organisation_name": "All", "headcount": 46, "origin": origin}],
        "organisation",
    )


def reader(**changes: Any) -> Reader:
    levels = {code: level for code, level in LEVEL.items() if level}
    return Reader(**{"levels": levels, "groups": GROUPS, **changes})


@pytest.mark.parametrize("code", [*LEVEL])
@pytest.mark.parametrize("own", [True, False])
@pytest.mark.parametrize("most", LEVELS)
def test_a_partners_level_its_own_people_and_a_roles_limit(code: str, own: bool, most: str) -> None:
    who = reader(own=frozenset({code}) if own else frozenset(), most=most)
    agreed = LEVEL[code] or "named"
    assert who.level(code) == ("named" if own else max(agreed, most, key=LEVELS.index))


def test_others_are_named_unnamed_or_left_out() -> None:
    more = {"UNNAMED2": "unnamed", "UNNAMED3": "unnamed"}
    found = by_organisation()
    extra = [
        {"organisation": code, "organisation_name": f"The {code}", "headcount": 20, "origin": "sent"}
        for code in more
    ]
    found = replace(found, frame=pl.concat([found.frame, pl.DataFrame(extra)], how="diagonal"))
    shown = seen_by(found, reader(levels={**reader().levels, **more}))
    codes = shown.frame["organisation"].to_list()
    assert [codes[n] for n in (0, 2, 3)] == ["NAMED", "SILENT", None]
    assert sorted([codes[1], *codes[4:]]) == ["unnamed-1", "unnamed-2", "unnamed-3"]
    assert shown.frame["organisation_name"].to_list()[1].startswith("Unnamed partner ")
    assert shown.frame["headcount"].to_list() == [10, 11, 13, 46, 20, 20], "the whole still counts everybody"
    assert "1 organisation is in the figures of the place" in " ".join(shown.notes)
    assert "3 of the partners share figures without their name." in " ".join(shown.notes)


def test_fewer_than_three_unnamed_partners_are_in_totals_alone() -> None:
    shown = seen_by(by_organisation(), reader())
    assert shown.frame["organisation"].to_list() == ["NAMED", "SILENT", None]
    assert "2 organisations are in the figures of the place" in " ".join(shown.notes)


@pytest.mark.parametrize("code", [*LEVEL])
def test_ones_own_organisation_is_shown_by_name_whatever_its_level(code: str) -> None:
    shown = seen_by(by_organisation(), reader(own=frozenset({code})))
    assert code in shown.frame["organisation"].to_list()
    others = {"UNNAMED", "TOTALS"} - {code}
    assert not others & set(shown.frame["organisation"].to_list())


def test_what_is_published_is_shown_to_everybody_by_name() -> None:
    shown = seen_by(by_organisation("published"), reader(most="totals"))
    assert shown.frame["organisation"].to_list() == [*LEVEL, None]
    assert shown.notes == ()


def test_a_partner_with_published_and_sent_rows_is_hidden_in_those_that_it_sent() -> None:
    rows = [
        {"organisation": "TOTALS", "headcount": n, "origin": origin}
        for n, origin in ((5, "sent"), (6, "published"), (7, None))
    ]
    shown = seen_by(figures(rows, "organisation"), reader())
    assert shown.frame["headcount"].to_list() == [6]


def test_a_role_of_totals_sees_no_partner_but_its_own() -> None:
    shown = seen_by(by_organisation(), reader(most="totals", own=frozenset({"SILENT"})))
    assert shown.frame["organisation"].to_list() == ["SILENT", None]


def test_the_order_of_unnamed_partners_tells_nothing_and_stays_the_same() -> None:
    codes = [f"ORG{n}" for n in range(12)]
    rows = [{"organisation": code, "headcount": 1, "origin": "sent"} for code in codes]
    who = Reader(levels=dict.fromkeys(codes, "unnamed"))
    first = seen_by(figures(rows, "organisation"), who).frame["organisation"].to_list()
    again = seen_by(figures(rows, "organisation"), who).frame["organisation"].to_list()
    assert first == again
    assert sorted(first) == sorted(f"unnamed-{n}" for n in range(1, 13))
    assert first != [f"unnamed-{n}" for n in range(1, 13)]


@pytest.mark.parametrize(
    ("own", "kinds"),
    [
        ((), ["acute_trust"]),
        (("UNNAMED",), ["acute_trust", "community_trust"]),
        (("SILENT",), ["acute_trust"]),
        (("TOTALS",), ["acute_trust", "mental_health_trust"]),
    ],
)
def test_a_group_is_left_out_where_one_or_two_of_it_are_not_named(
    own: tuple[str, ...], kinds: list[str]
) -> None:
    # Whoever knows its own figure, or reads a named one's, would know the other's by subtraction.
    rows = [{"kind": kind, "headcount": 9, "origin": "sent"} for kind in GROUPS["kind"]]
    shown = seen_by(figures(rows, "kind"), reader(own=frozenset(own)))
    assert shown.frame["kind"].to_list() == kinds
    assert any("group of partners is left out" in note for note in shown.notes)


@pytest.mark.parametrize(("unseen", "told"), [(0, True), (1, False), (2, False), (3, True)])
def test_a_group_tells_nobody_from_three_partners_that_are_not_named(unseen: int, told: bool) -> None:
    members = frozenset({"SHOWN", *(f"ORG{n}" for n in range(unseen))})
    who = Reader(levels=dict.fromkeys(members - {"SHOWN"}, "totals"), groups={"sector": {"acute": members}})
    assert who.tells("sector", "acute") is told
    rows = [{"sector": "acute", "headcount": 9, "origin": "sent"}]
    assert seen_by(figures(rows, "sector"), who).frame.height == told


def test_a_named_partners_own_row_stays_in_a_group_that_is_left_out() -> None:
    rows = [
        {"kind": "mental_health_trust", "organisation": code, "headcount": 9, "origin": "sent"}
        for code in ("SILENT", "TOTALS", None)
    ]
    shown = seen_by(figures(rows, "kind", "organisation"), reader())
    assert shown.frame["organisation"].to_list() == ["SILENT"]


def test_a_published_group_of_one_stays() -> None:
    rows = [{"kind": "community_trust", "headcount": 9, "origin": "published"}]
    assert seen_by(figures(rows, "kind"), reader()).frame.height == 1


def test_a_profession_lead_tells_their_professions_apart_and_sees_the_whole() -> None:
    rows = [
        {"profession": p, "headcount": 9, "origin": "sent"} for p in ("physiotherapist", "nurse_adult", None)
    ]
    who = reader(professions=frozenset({"physiotherapist"}))
    assert seen_by(figures(rows, "profession"), who).frame["profession"].to_list() == [
        "physiotherapist",
        None,
    ]
    assert seen_by(figures(rows, "profession"), reader()).frame.height == 3


def test_levels_are_those_of_the_agreements_in_force_the_strictest_counting(place: Place) -> None:
    def agreed(name: str, level: str, starts: dt.date, ends: dt.date) -> Agreement:
        return Agreement(name, "TRUST1", "A trust", "planning", "public task", "D1", level, starts, ends)

    first, last = dt.date(2026, 1, 1), dt.date(2026, 6, 30)
    place.record_agreement(agreed("A1", "named", first, dt.date(2027, 1, 1)))
    place.record_agreement(agreed("A2", "totals", first, last))

    def of(on: dt.date) -> Reader:
        scope = Scope(purpose="figures", on=on, own=frozenset({"TRUST2"}))
        return Reader.of(place.read(scope))

    assert of(last).level("TRUST1") == "totals"
    assert of(last + dt.timedelta(days=1)).level("TRUST1") == "named"
    assert of(last).level("TRUST2") == "named"
    assert of(last).names["TRUST1"]


def test_readers_of_one_key_are_shown_the_same() -> None:
    same = reader(own=frozenset({"NAMED", "SILENT"})).key
    assert same == reader(own=frozenset({"SILENT", "NAMED"})).key
    others = [
        reader(),
        reader(own=frozenset({"NAMED"})),
        reader(most="totals"),
        reader(professions=frozenset({"physiotherapist"})),
        reader(levels={"NAMED": "totals"}),
    ]
    assert len({same, *(r.key for r in others)}) == 6
