"""The fill gives back what was published, and nothing in it tells one named organisation from another."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import polars as pl
import pytest

from skillmix import reference
from skillmix.demonstration.leeds_city.fill import Group, Totals, fill
from skillmix.demonstration.leeds_city.shapes import shapes
from skillmix.errors import InputError, ReferenceListError

pytestmark = pytest.mark.unit

AS_OF = dt.date(2025, 11, 30)
KINDS = ("acute_trust", "community_trust", "mental_health_trust", "ambulance_trust")


def published(code: str) -> Totals:
    """Totals of a trust straight from the carried figures, apart from the code that reads a place."""
    rows = reference.published("hchs_turnover").filter(
        (pl.col("organisation") == code) & (pl.col("ends") == AS_OF)
    )
    kind = reference.published("trusts").filter(pl.col("organisation") == code).get_column("kind").item()
    whole = rows.filter(pl.col("staff_group").is_null()).get_column("end_headcount").item()
    groups = rows.drop_nulls("staff_group").sort("staff_group")
    return Totals(
        kind,
        whole,
        {
            g: Group(n, f)
            for g, n, f in groups.select("staff_group", "end_headcount", "end_fte").iter_rows()
            if n
        },
    )


def of_kind(kind: str) -> list[str]:
    codes = reference.published("trusts").filter(pl.col("kind") == kind).get_column("organisation").to_list()
    ended = reference.published("hchs_turnover").filter(
        (pl.col("ends") == AS_OF) & (pl.col("end_headcount") > 0) & pl.col("staff_group").is_null()
    )
    return sorted(set(codes) & set(ended.get_column("organisation")))


def gives_back(rows: pl.DataFrame, totals: Totals) -> None:
    found = {
        group: (jobs, people, fte)
        for group, jobs, people, fte in rows.group_by("staff_group")
        .agg(pl.len(), pl.col("person").n_unique(), pl.col("fte").sum())
        .iter_rows()
    }
    assert found == {g: (x.headcount, x.headcount, x.fte) for g, x in totals.groups.items()}
    assert rows.get_column("person").n_unique() == totals.headcount


@pytest.mark.parametrize("kind", KINDS)
def test_every_eighth_trust_of_england_is_given_back_exactly(kind: str) -> None:
    for code in of_kind(kind)[::8]:
        totals = published(code)
        gives_back(fill(totals, shapes(), as_of=AS_OF, seed=1), totals)


def test_leeds_teaching_as_published() -> None:
    totals = published("RR8")
    rows = fill(totals, shapes(), as_of=AS_OF, seed=1)
    gives_back(rows, totals)
    # as NHS England printed them
    assert rows.get_column("fte").sum() == Decimal("17743.45246")
    assert rows.get_column("person").n_unique() == 20_149
    assert rows.height == 20_165
    midwives = rows.filter(pl.col("staff_group") == "midwives")
    assert midwives.get_column("fte").sum() == Decimal("420.1532")


def test_people_with_jobs_in_two_groups_are_one_person() -> None:
    rows = fill(published("RR8"), shapes(), as_of=AS_OF, seed=1)
    twice = rows.group_by("person").agg(
        pl.len(), pl.col("staff_group", "sex", "birth_year", "start_date").n_unique(), pl.col("fte").sum()
    )
    twice = twice.filter(pl.col("len") > 1)
    assert twice.height == 16
    assert set(twice.get_column("len")) == {2}
    assert set(twice.get_column("staff_group")) == {2}
    for same in ("sex", "birth_year", "start_date"):
        assert set(twice.get_column(same)) == {1}
    assert (twice.get_column("fte") <= 1).all()


def test_the_same_seed_gives_the_same_rows_and_another_only_deals_them_out_anew() -> None:
    totals = published("RGD")
    one, again, other = (fill(totals, shapes(), as_of=AS_OF, seed=s) for s in (1, 1, 2))
    assert one.equals(again)
    assert not one.equals(other)
    # how many there are does not depend on the seed, but for the people dealt a second job
    for by in (["staff_group", "profession", "level"], ["staff_group", "profession", "setting"]):
        assert one.group_by(by).len().sort(by).equals(other.group_by(by).len().sort(by))
    gives_back(other, totals)


def test_two_trusts_of_one_kind_have_the_same_professions_up_to_rounding() -> None:
    for kind in ("acute_trust", "mental_health_trust"):
        for code in of_kind(kind)[:3]:
            totals = published(code)
            rows = fill(totals, shapes(), as_of=AS_OF, seed=1)
            counts = {row[:-1]: row[-1] for row in rows.group_by("staff_group", "role").len().iter_rows()}
            for group, found in totals.groups.items():
                for role, share in shapes().roles_of(kind, group).items():
                    assert abs(counts.get((group, role), 0) - share * found.headcount) < 1 + 1e-6


def test_two_trusts_of_one_kind_have_the_same_levels_ages_sexes_and_hours_up_to_rounding() -> None:
    first, second = (
        fill(published(code), shapes(), as_of=AS_OF, seed=1).with_columns(
            ((2025 - pl.col("birth_year")) >= 55).alias("old"), (pl.col("sex") == "female").alias("woman")
        )
        for code in ("RR8", "RXF")
    )
    key = ["staff_group", "profession"]
    for what in ("level", "old", "woman"):
        shares = []
        for rows in (first, second):
            sizes = rows.group_by(key).len("people")
            shares.append(rows.group_by([*key, what]).len().join(sizes, on=key))
        both = (
            shares[0]
            .join(shares[1], on=[*key, what], how="inner")
            .filter((pl.col("people") >= 40) & (pl.col("people_right") >= 40))
        )
        assert both.height > 10
        gap = (both["len"] / both["people"] - both["len_right"] / both["people_right"]).abs()
        # two people either way in each, the rounding of shares carried from one role to the next
        room = 2 / both["people"] + 2 / both["people_right"]
        assert (gap <= room).all(), (what, both.filter(gap > room))
    for rows in (first, second):
        groups = rows.group_by("staff_group").agg(pl.col("fte").cast(pl.Float64).mean().alias("all"))
        roles = (
            rows.group_by(key)
            .agg(pl.col("fte").cast(pl.Float64).mean(), pl.len())
            .join(groups, on="staff_group")
        )
        roles = roles.filter(pl.col("len") >= 40)
        assert ((roles["fte"] - roles["all"]).abs() < 0.02).all()


def test_the_ages_of_a_large_group_are_the_published_ones() -> None:
    rows = fill(published("RR8"), shapes(), as_of=AS_OF, seed=1).filter(
        pl.col("staff_group") == "nurses_health_visitors"
    )
    old = ((2025 - rows.get_column("birth_year")) >= 55).mean()
    # England, September 2025: 15.964 % aged 55 to 64 and 2.010 % aged 65 and over
    assert old == pytest.approx(0.17974, abs=0.002)


def test_published_shares_aged_55_and_over_hold_for_their_professions() -> None:
    rows = fill(published("RR8"), shapes(), as_of=AS_OF, seed=1)
    for profession, share in (("physiotherapist", 0.09), ("radiographer_diagnostic", 0.15)):
        born = rows.filter(pl.col("profession") == profession).get_column("birth_year")
        assert ((2025 - born) >= 55).mean() == pytest.approx(share, abs=0.01)


def test_nobody_is_too_young_or_started_before_they_could() -> None:
    for code in ("RR8", "RX8"):
        rows = fill(published(code), shapes(), as_of=AS_OF, seed=1).with_columns(
            (2025 - pl.col("birth_year")).alias("age")
        )
        assert rows.get_column("age").min() >= 18  # type: ignore[operator]
        assert rows.filter("registered").get_column("age").min() >= 21  # type: ignore[operator]
        assert (rows.get_column("start_date") <= AS_OF).all()
        assert ((rows["start_date"].dt.year() - rows["birth_year"]) >= 17).all()


def test_every_row_speaks_in_codes_of_the_lists() -> None:
    rows = fill(published("RR8"), shapes(), as_of=AS_OF, seed=1)
    for column, name in {
        "staff_group": "staff_groups", "role": "roles", "profession": "professions", "level": "levels",
        "setting": "settings", "sex": "sexes",
    }.items():  # fmt: skip
        assert set(rows.get_column(column)) <= reference.codes(name), column


def test_a_share_of_an_organisation_keeps_its_fte_exactly() -> None:
    whole = published("RX8")
    share = Decimal("0.165145690")
    part = whole.scaled(share)
    rows = fill(part, shapes(), as_of=AS_OF, seed=1)
    gives_back(rows, part)
    for group, found in whole.groups.items():
        assert part.groups[group].fte == (found.fte * share).quantize(Decimal("1e-9"))
    assert abs(part.headcount - whole.headcount * share) <= 1
    # 7,253 jobs in groups held by 7,242 people: eleven have two, of whom the share is two
    assert sum(g.headcount for g in part.groups.values()) - part.headcount == 2
    assert whole.scaled(Decimal(1)) is whole


def test_totals_that_cannot_belong_together_are_refused() -> None:
    one = {"midwives": Group(10, Decimal(9)), "managers": Group(10, Decimal(9))}
    with pytest.raises(InputError, match="25 people cannot hold 20 jobs"):
        fill(Totals("acute_trust", 25, one), shapes(), as_of=AS_OF, seed=1)
    with pytest.raises(InputError, match="two of these staff groups"):
        fill(
            Totals("acute_trust", 12, {"midwives": Group(18, Decimal(9)), "managers": Group(1, Decimal(1))}),
            shapes(), as_of=AS_OF, seed=1,
        )  # fmt: skip
    with pytest.raises(ReferenceListError, match="No jobs are known"):
        fill(Totals("charity", 10, {None: Group(10, Decimal(9))}), shapes(), as_of=AS_OF, seed=1)


def test_more_than_one_fte_a_person_is_shared_evenly() -> None:
    rows = fill(
        Totals("acute_trust", 3, {"doctors": Group(3, Decimal("3.3"))}), shapes(), as_of=AS_OF, seed=1
    )
    assert rows.get_column("fte").to_list() == [Decimal("1.100000000")] * 3
