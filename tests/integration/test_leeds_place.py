"""Leeds, the demonstration place: published totals untouched, the fill beside them, and what Leeds found."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from skillmix import demonstration, intake, reference
from skillmix.place import Facts, Place, Scope, check

pytestmark = pytest.mark.integration

TRUSTS = ("RR8", "RY6", "RGD")
COUNCIL = "E08000035"
INDEPENDENT = "E08000035-independent"
FILLED = {*TRUSTS, "RX8", COUNCIL, INDEPENDENT}


@pytest.fixture(scope="module")
def leeds(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return demonstration.leeds(tmp_path_factory.mktemp("leeds") / "place")


@pytest.fixture(scope="module")
def facts(leeds: Place) -> Facts:
    return leeds.read(Scope.controller(purpose="test"))


@pytest.fixture(scope="module")
def rows(facts: Facts) -> pl.DataFrame:
    return facts.table("assignment").collect()


def test_only_the_fill_is_rows_and_every_one_says_it_is_invented(rows: pl.DataFrame) -> None:
    assert set(rows.get_column("organisation")) == FILLED
    assert rows.get_column("origin").unique().to_list() == ["synthetic"]
    assert rows.get_column("source").unique().to_list() == ["leeds_fill"]


def test_the_fill_gives_back_the_published_totals_of_the_trusts(facts: Facts, rows: pl.DataFrame) -> None:
    stock = (
        facts.table("stock")
        .filter((pl.col("source") == "hchs_turnover") & (pl.col("period") == "2025-11"))
        .collect()
    )
    for code in TRUSTS:
        mine, published = (f.filter(pl.col("organisation") == code) for f in (rows, stock))
        whole = published.filter(pl.col("grain") == "organisation").row(0, named=True)
        assert mine.get_column("person").n_unique() == whole["headcount"]
        assert mine.get_column("fte").sum() == whole["fte"]
        for group in published.filter(pl.col("staff_group").is_not_null()).iter_rows(named=True):
            found = mine.filter(pl.col("staff_group") == group["staff_group"])
            assert found.get_column("fte").sum() == group["fte"]
            assert found.get_column("person").n_unique() == found.height == group["headcount"]
        assert mine.get_column("share_place").unique().to_list() == [whole["share_place"]]


def test_the_published_figures_stand_as_printed(facts: Facts) -> None:
    whole = facts.table("stock").filter(
        (pl.col("grain") == "organisation") & (pl.col("period") == "2025-11")
        & (pl.col("source") == "hchs_turnover")
    ).collect()  # fmt: skip
    fte = dict(whole.select("organisation", "fte").iter_rows())
    assert (fte["RR8"], fte["RY6"], fte["RGD"]) == (
        Decimal("17743.452460000"), Decimal("2863.747540000"), Decimal("2949.828050000")
    )  # fmt: skip
    basis = whole.filter(pl.col("organisation") == "RR8").get_column("basis").item()
    assert "resident doctors" in basis


def test_yorkshire_ambulance_is_filled_to_its_stated_share(
    leeds: Place, facts: Facts, rows: pl.DataFrame
) -> None:
    share = leeds.organisations["RX8"].share_place
    stock = facts.table("stock").filter(
        (pl.col("organisation") == "RX8") & (pl.col("period") == "2025-11")
    ).collect()  # fmt: skip
    mine = rows.filter(pl.col("organisation") == "RX8")
    assert mine.get_column("share_place").unique().to_list() == [Decimal(1)]
    for group, fte in stock.drop_nulls("staff_group").select("staff_group", "fte").iter_rows():
        found = mine.filter(pl.col("staff_group") == group).get_column("fte").sum()
        assert found == (fte * share).quantize(Decimal("1e-9"))
    whole = stock.filter(pl.col("grain") == "organisation").get_column("headcount").item()
    assert abs(mine.get_column("person").n_unique() - whole * share) <= 1


def test_adult_social_care_has_its_posts_and_vacancies(facts: Facts, rows: pl.DataFrame) -> None:
    care = rows.filter(pl.col("organisation").is_in([COUNCIL, INDEPENDENT]))
    assert care.height == 22_500
    vacant = facts.table("vacancy").filter(pl.col("basis") == "asc_posts").collect()
    assert vacant.get_column("posts").sum() == 2_000
    assert vacant.get_column("origin").unique().to_list() == ["synthetic"]
    totals = facts.table("stock").filter(pl.col("organisation").is_in([COUNCIL, INDEPENDENT])).collect()
    # posts are not people: no headcount stands for them
    assert totals.get_column("headcount").null_count() == 2
    assert totals.get_column("fte").sum() == care.get_column("fte").sum()
    assert all("filled posts, not people" in basis for basis in totals.get_column("basis"))


def ahp_by_partner(facts: Facts, rows: pl.DataFrame) -> pl.DataFrame:
    """``profession, partner, fte`` of allied health professions: invented rows, and networks as published."""
    known = reference.table("professions").drop_nulls("ahp")
    codes = known.get_column("code").implode()
    partners = reference.table("sectors").select(pl.col("code").alias("sector"), "partner_kind")
    networks = facts.table("stock").filter(
        (pl.col("source") == "pcn_individual") & (pl.col("grain") == "place,profession")
    )
    return pl.concat(
        [
            rows.join(partners, on="sector").select("profession", "partner_kind", "fte"),
            networks.collect().select("profession", pl.lit("primary_care").alias("partner_kind"), "fte"),
        ]
    ).filter(pl.col("profession").is_in(codes))


def test_the_largest_professions_are_those_that_leeds_found(facts: Facts, rows: pl.DataFrame) -> None:
    wanted = {"radiographer_diagnostic", "physiotherapist", "occupational_therapist"}
    sizes = ahp_by_partner(facts, rows).group_by("profession").agg(pl.col("fte").sum())
    largest = sizes.sort("fte", descending=True).head(3)
    assert set(largest.get_column("profession")) == wanted
    people = (
        rows.join(
            reference.table("professions").drop_nulls("ahp"),
            left_on="profession",
            right_on="code",
            how="semi",
        )
        .group_by("profession")
        .agg(pl.col("person").n_unique())
        .sort("person", descending=True)
    )
    assert set(people.head(3).get_column("profession")) == wanted
    place = (
        rows.with_columns((pl.col("fte") * pl.col("share_place")).alias("here"))
        .join(
            reference.table("professions").drop_nulls("ahp"),
            left_on="profession",
            right_on="code",
            how="semi",
        )
        .group_by("profession")
        .agg(pl.col("here").cast(pl.Float64).sum())
        .sort("here", descending=True)
    )
    assert set(place.head(3).get_column("profession")) == wanted


def test_occupational_therapy_alone_is_in_every_partner(facts: Facts, rows: pl.DataFrame) -> None:
    five = set(reference.table("partner_kinds").filter("ahp_partner").get_column("code"))
    kinds = ahp_by_partner(facts, rows).group_by("profession").agg(pl.col("partner_kind").unique())
    everywhere = {p for p, partners in kinds.iter_rows() if set(partners) >= five}
    assert everywhere == {"occupational_therapist"}
    # and in every organisation that takes part
    where = set(rows.filter(pl.col("profession") == "occupational_therapist").get_column("organisation"))
    assert where == {*TRUSTS, COUNCIL}


def test_the_same_seed_makes_the_same_place(rows: pl.DataFrame, tmp_path: Path) -> None:
    again = demonstration.leeds(tmp_path / "again").read(Scope.controller(purpose="test"))
    columns = [c for c in rows.columns if c != "submission"]
    key = ["organisation", "row"]
    one = rows.select(columns).sort(key)
    two = again.table("assignment").collect().select(columns).sort(key)
    assert one.write_csv() == two.write_csv()


def test_the_place_is_sound_and_says_what_it_is(leeds: Place) -> None:
    opened = Place.open(leeds.path)
    assert opened.kind == "demonstration"
    assert opened.organisations[INDEPENDENT].share_confidence == "assumed"
    assert opened.organisations[INDEPENDENT].parent == COUNCIL


def test_an_edited_share_reaches_the_fill_too(tmp_path: Path) -> None:
    place = demonstration.leeds(tmp_path / "place")
    place.organisations["RGD"] = replace(place.organisations["RGD"], share_place=Decimal("0.5"))
    place.save()
    again = Place.open(place.path)
    assert [f.check for f in check(again)] == ["taken_in_shares"]
    intake.refresh(again)
    demonstration.refill(again)
    facts = again.read(Scope.controller(purpose="test"))
    for name in ("assignment", "stock"):
        shares = facts.table(name).filter(pl.col("organisation") == "RGD").select("share_place").unique()
        assert shares.collect()["share_place"].to_list() == [Decimal("0.5")], name
    assert check(again) == []
