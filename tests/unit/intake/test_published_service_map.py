"""Which trusts serve a place: against the catchments as published, and against what must always hold."""

from decimal import Decimal

import polars as pl
import pytest

from skillmix import reference
from skillmix.errors import InputError
from skillmix.intake.published import council_shares, find_sub_icb, service_map, sub_icbs
from skillmix.intake.published.serving import places_areas

pytestmark = pytest.mark.unit

CODES = sub_icbs().get_column("sub_icb").to_list()


@pytest.fixture(scope="module")
def everywhere() -> pl.DataFrame:
    return pl.concat([service_map(c, everyone=True).with_columns(pl.lit(c).alias("sub_icb")) for c in CODES])


def shares(sub_icb: str) -> dict[str, Decimal]:
    return dict(service_map(sub_icb).select("organisation", "share").iter_rows())


def test_leeds_has_the_published_catchments_of_its_acute_trusts() -> None:
    found = shares("15F")
    assert {code: round(float(found[code]), 3) for code in ("RR8", "RCD", "RXF")} == {
        "RR8": 0.777,
        "RCD": 0.233,
        "RXF": 0.091,
    }
    # 3.2 % of Bradford's patients and 1 % of the acute staff who serve Leeds: below both thresholds.
    assert "RAE" not in found


def test_leeds_has_its_own_community_trust_and_a_share_of_the_ambulance_service() -> None:
    found = service_map("15F")
    by_code = {row["organisation"]: row for row in found.iter_rows(named=True)}
    assert set(by_code) == {"RR8", "RCD", "RXF", "RY6", "RGD", "RX8"}
    assert by_code["RY6"]["share"] == 1
    # Independent computation: registered patients of Leeds over those whom the ambulance trust's places have.
    patients = dict(sub_icbs().select("sub_icb", "patients").iter_rows())
    boards = dict(sub_icbs().select("sub_icb", "icb").iter_rows())
    served = [c for c, board in boards.items() if board in {"QWO", "QF7"}] + ["02Y", "03F", "03Q", "42D"]
    assert float(by_code["RX8"]["share"]) == pytest.approx(933_415 / sum(patients[c] for c in served))
    assert by_code["RX8"]["confidence"] == "recalled"


def test_a_craven_patient_counts_for_bradford_district_and_craven() -> None:
    catchment = reference.published("catchment_area").filter(pl.col("organisation") == "RCF")
    parts = dict(catchment.select("area", "share").iter_rows())
    assert shares("36J")["RCF"] == parts["E08000032"] + parts["E07000163"]


def test_every_place_has_an_acute_trust_and_an_ambulance_trust(everywhere: pl.DataFrame) -> None:
    serving = everywhere.filter("serves")
    for sector in ("acute", "ambulance"):
        assert set(serving.filter(pl.col("sector") == sector).get_column("sub_icb")) == set(CODES)


def test_no_trust_is_given_away_more_than_once(everywhere: pl.DataFrame) -> None:
    given = everywhere.group_by("organisation").agg(pl.col("share").cast(pl.Float64).sum())
    assert given.filter(pl.col("share") > 1 + 1e-6).is_empty()


def test_acute_trusts_are_given_away_nearly_whole(everywhere: pl.DataFrame) -> None:
    acute = everywhere.filter(pl.col("sector") == "acute")
    given = acute.group_by("organisation").agg(pl.col("share").cast(pl.Float64).sum())
    # The rest is patients from Wales and councils below one in ten thousand.
    assert given.filter(pl.col("share") < 0.9).is_empty()


def test_every_share_says_what_it_rests_on(everywhere: pl.DataFrame) -> None:
    assert set(everywhere.get_column("basis")) <= {"site", "contract", "catchment", "assumed"}
    assert set(everywhere.get_column("confidence")) <= {
        "published", "seen", "calculated", "recalled", "assumed",
    }  # fmt: skip
    assert everywhere.select("basis", "confidence", "source").null_count().sum_horizontal().item() == 0


def test_a_trust_of_the_list_serves_the_listed_places_alone(everywhere: pl.DataFrame) -> None:
    pennine = everywhere.filter(pl.col("organisation") == "RT2")
    assert set(pennine.get_column("sub_icb")) == {"00V", "01D", "00Y", "01W", "01Y"}
    assert float(pennine.get_column("share").sum()) == pytest.approx(1)


def test_places_of_a_merged_board_keep_the_trusts_of_their_own_former_board() -> None:
    assert "R1K" in shares("W2U3Z")
    assert "RAL" in shares("93C")
    assert "RXX" in shares("92A")


def test_a_board_without_a_community_trust_gives_its_places_none() -> None:
    assert service_map("11X").filter(pl.col("sector") == "community").is_empty()


def test_councils_assumed_for_a_place_agree_with_its_registered_patients() -> None:
    census = reference.published("census_age_sex").filter(pl.col("age") == "all")
    people = census.group_by("area").agg(pl.col("people").sum())
    here = (
        places_areas()
        .join(people, on="area", validate="m:1")
        .group_by("sub_icb")
        .agg((pl.col("people") * pl.col("share_of_area")).sum().alias("residents"))
        .join(sub_icbs(), on="sub_icb")
        .with_columns((pl.col("patients") / pl.col("residents")).alias("ratio"))
    )
    assert here.height == 106
    assert here.filter(~pl.col("ratio").is_between(0.9, 1.4)).is_empty()


def test_every_council_of_england_belongs_to_places_once() -> None:
    england = set(reference.published("census_ethnicity").get_column("area"))
    given = places_areas().group_by("area").agg(pl.col("share_of_area").sum())
    assert set(given.get_column("area")) == england
    assert given.filter((pl.col("share_of_area") - 1).abs() > 1e-9).is_empty()


def test_councils_with_a_social_care_duty_are_partners() -> None:
    assert council_shares("15F").rows() == [("E08000035", "Leeds", Decimal(1), "published")]
    names = council_shares("36J").get_column("council_name").to_list()
    # Craven is a twentieth of North Yorkshire's people in 2021, and nearly a tenth of the place's.
    assert names == ["North Yorkshire", "Bradford"]


def test_the_duty_of_a_district_is_its_county_s() -> None:
    mid_essex = council_shares("06Q").row(0, named=True)
    assert (mid_essex["council"], mid_essex["council_name"]) == ("E10000012", "Essex County")
    census = reference.published("census_age_sex").filter(pl.col("age") == "all")
    people = dict(census.group_by("area").agg(pl.col("people").sum()).iter_rows())
    county = sum(people[f"E07{number:06d}"] for number in range(66, 78))
    mid = sum(people[code] for code in ("E07000067", "E07000070", "E07000074"))
    assert float(mid_essex["share"]) == pytest.approx(mid / county)


def test_every_place_has_a_council_and_every_council_is_given_away_once() -> None:
    shares = pl.concat([council_shares(code).with_columns(pl.lit(code).alias("sub_icb")) for code in CODES])
    assert set(shares.get_column("sub_icb")) == set(CODES)
    given = shares.group_by("council").agg(pl.col("share").cast(pl.Float64).sum())
    assert given.filter(pl.col("share") > 1 + 1e-6).is_empty()


def test_a_code_is_found_in_small_letters() -> None:
    assert find_sub_icb(" w2u3z ")["name"] == "North West London"


@pytest.mark.parametrize(
    ("wrong", "offered"),
    [("15G", "15F Leeds"), ("Leeds", "15F Leeds"), ("QWO", "15F Leeds"), ("Bradfrd", "36J Bradford")],
)
def test_an_unknown_code_is_answered_with_the_nearest(wrong: str, offered: str) -> None:
    with pytest.raises(InputError, match="no sub-ICB location") as caught:
        find_sub_icb(wrong)
    assert offered in caught.value.cure
