"""Official files as published, read whole: every figure here is the publisher's."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from skillmix import intake
from skillmix.intake.understanding import Boundary
from skillmix.place import Place, PlaceOrganisation, Scope

pytestmark = pytest.mark.official

LEEDS = Boundary(
    organisations=frozenset({"RR8", "RY6", "RGD"}), areas=frozenset({"E08000035"}), sub_icb="15F"
)

#: Census month of each network workforce file, its rows, and its rows, networks and FTE in Leeds.
NETWORKS = {
    "March 2020": (534, 10, 2, "7.28"),
    "June 2020": (2044, 22, 5, "13.67"),
    "September 2020": (3159, 52, 7, "32.43"),
    "December 2020": (5007, 111, 14, "71.61"),
    "March 2021": (7371, 160, 14, "106.31"),
    "June 2021": (9249, 175, 15, "121.80"),
    "September 2021": (10730, 188, 15, "135.52"),
    "December 2021": (12467, 211, 16, "156.82"),
    "March 2022": (14073, 229, 16, "174.23"),
    "June 2022": (15787, 243, 16, "187.56"),
    "September 2022": (17239, 261, 16, "204.35"),
}


def _leeds(folder: Path) -> Place:
    trusts = {
        "RR8": ("Leeds Teaching Hospitals NHS Trust", "acute", "acute_trust"),
        "RY6": ("Leeds Community Healthcare NHS Trust", "community", "community_trust"),
        "RGD": ("Leeds and York Partnership NHS Foundation Trust", "mental_health", "mental_health_trust"),
    }
    return Place.create(
        folder / "leeds",
        name="Leeds",
        code="15F",
        sub_icb="15F",
        icb="QWO",
        areas=["E08000035"],
        organisations=[PlaceOrganisation(code, *about) for code, about in trusts.items()],
    )


def _table(place: Place, name: str) -> pl.DataFrame:
    return place.read(Scope.controller("a test")).table(name).collect()


def _accounted(done: intake.Understood | intake.Intake) -> None:
    """Nothing is lost: every row is loaded, set aside, outside or not used."""
    parts = (done.rows_loaded, done.rows_set_aside, done.rows_outside, done.rows_not_used)
    assert sum(parts) == done.rows_read


@pytest.mark.parametrize("census", NETWORKS)
def test_every_network_workforce_file_loads(census: str, official: Path) -> None:
    rows, leeds, networks, fte = NETWORKS[census]
    file = official / "pcn_workforce" / f"Primary Care Networks - {census} Individual Level.csv"
    whole = intake.understand(file, "pcn_individual")
    below_nought = whole.set_aside
    _accounted(whole)
    assert whole.rows_read == rows
    assert below_nought.get_column("rule").unique().to_list() in ([], ["too_small"])
    assert whole.rows_loaded == rows - below_nought.height
    # Every role of every year is in the reference lists.
    assert whole.findings.filter(pl.col("rule") == "unmapped").is_empty()
    leeds_alone = intake.understand(file, "pcn_individual", boundary=LEEDS)
    _accounted(leeds_alone)
    here = leeds_alone.tables["assignment"]
    assert here.height == leeds
    assert here.get_column("organisation").n_unique() == networks
    assert round(here.get_column("fte").sum(), 2) == Decimal(fte)


def test_leeds_in_june_2026(official: Path, tmp_path: Path) -> None:
    place = _leeds(tmp_path)
    done = intake.submit(place, official / "pcn_workforce" / "PCNWFIndividualCSV.062026.zip")
    assert (done.rows_read, done.rows_loaded, done.rows_set_aside) == (39940, 509, 0)
    facts = _table(place, "assignment")
    people, lines = facts.filter(pl.col("person").is_not_null()), facts.filter(pl.col("person").is_null())
    assert (people.height, people.get_column("person").n_unique(), lines.height) == (479, 435, 30)
    assert round(people.get_column("fte").sum(), 2) == Decimal("367.95")
    assert round(lines.get_column("fte").sum(), 2) == Decimal("27.93")
    assert round(facts.get_column("fte").sum(), 2) == Decimal("395.87")
    assert facts.get_column("organisation").n_unique() == 19
    # People do not add: 436 by network.
    assert people.select("organisation", "person").n_unique() == 436
    physiotherapists = facts.filter(pl.col("role_as_sent") == "Physiotherapist")
    assert physiotherapists.height == 17
    assert physiotherapists.get_column("person").null_count() == 14
    assert facts.get_column("role").null_count() == 0
    assert lines.get_column("employer").null_count() == 30


def test_a_national_file_gives_every_sub_icb_its_own_rows(official: Path) -> None:
    file = official / "pcn_workforce" / "PCNWFIndividualCSV.062026.zip"
    five = intake.understand(file, boundary=Boundary(sub_icb="92A"))
    raw = intake.understand(file).sent
    assert five.rows_loaded == raw.filter(pl.col("SUB_ICB_CODE") == "92A").height > 0
    coded = raw.filter(pl.col("SUB_ICB_CODE").str.len_chars() == 5).get_column("SUB_ICB_CODE").first()
    assert intake.understand(file, boundary=Boundary(sub_icb=str(coded))).rows_loaded > 0


def test_practices_and_registered_patients_of_leeds(official: Path, tmp_path: Path) -> None:
    place = _leeds(tmp_path)
    folder = official / "gp_registered_patients"
    practices = intake.submit(place, folder / "gp-reg-pat-prac-map.zip")
    kinds = _table(place, "organisation").group_by("kind").len().sort("kind").rows()
    assert kinds == [("network", 19), ("practice", 84)]
    # The map's twentieth 'PCN' of Leeds stands for a practice without a network.
    assert "1 of the place's practices have no network." in practices.notes
    _accounted(practices)
    _accounted(intake.submit(place, folder / "gp-reg-pat-prac-quin-age.zip"))
    people = _table(place, "population")
    totals = people.filter(pl.col("age_from").is_null())
    ages = people.filter(pl.col("age_from").is_not_null())
    assert totals.get_column("people").sum() == ages.get_column("people").sum() == 933_415
    assert totals.get_column("organisation").n_unique() == 84
    assert ages.filter(pl.col("sex") == "female").get_column("people").sum() == 464_271


def test_turnover_of_the_leeds_trusts(official: Path, tmp_path: Path) -> None:
    place = _leeds(tmp_path)
    for month in ("Oct-25", "Nov-25"):
        name = f"Turnover benchmarking 2. Staff group and organisation, monthly, {month}.csv"
        _accounted(intake.submit(place, official / "hchs_turnover" / name))
    stock = _table(place, "stock").filter(
        pl.col("grain") == "organisation", pl.col("as_of") == dt.date(2025, 11, 30)
    )
    assert {o: round(f, 2) for o, f in stock.select("organisation", "fte").iter_rows()} == {
        "RR8": Decimal("17743.45"),
        "RY6": Decimal("2863.75"),
        "RGD": Decimal("2949.83"),
    }
    assert stock.get_column("basis").unique().to_list() == ["excluding resident doctors and bank"]
    flow = _table(place, "flow").filter(
        pl.col("organisation") == "RR8", pl.col("grain") == "organisation", pl.col("period") == "2025-11"
    )
    assert dict(flow.select("kind", "headcount").iter_rows()) == {
        "start": 20120,
        "joiners": 190,
        "leavers": 162,
        "end": 20149,
    }


def test_two_editions_of_practice_workforce(official: Path, tmp_path: Path) -> None:
    place = _leeds(tmp_path)
    intake.submit(place, official / "gp_registered_patients" / "gp-reg-pat-prac-map.zip")
    for years in ("2023_2025", "2016_2024"):  # the earlier edition is sent last and must not win
        intake.submit(place, official / "gp_workforce" / f"gp_workforce_by_practice_{years}.csv")
    stock = _table(place, "stock")
    editions = stock.select("period", "edition").unique().sort("period").rows()
    assert editions == [
        *((f"{year}-12", "2024-12-31") for year in range(2016, 2023)),
        *((f"{year}-12", "2025-12-31") for year in range(2023, 2026)),
    ]
    assert stock.filter(pl.col("fte").is_null()).height + stock.filter(pl.col("fte") == 0).height > 0
    in_lake = place.lake.scan("stock").select(pl.len()).collect().item()
    assert in_lake > stock.height


def test_residents_and_sickness_absence(official: Path, tmp_path: Path) -> None:
    place = _leeds(tmp_path)
    _accounted(
        intake.submit(place, official / "population" / "population_west_yorkshire_by_age_sex_variant.csv")
    )
    people = _table(place, "population").filter(pl.col("period") == "2023-06")
    assert people.get_column("variant").unique().to_list() == ["estimate"]
    assert people.get_column("people").sum() == 829_411
    later = _table(place, "population").filter(
        pl.col("period") == "2024-06", pl.col("variant") == "principal"
    )
    assert later.get_column("people").sum() == 804_217
    for month in range(4, 13):
        intake.submit(place, official / "sickness" / f"nhs_sickness_absence_2024-{month:02}.csv")
    absence = _table(place, "absence")
    assert absence.height == 27
    july = absence.filter(pl.col("organisation") == "RR8", pl.col("period") == "2024-07").row(0, named=True)
    assert july["days_lost"] == Decimal("30743.30537")
    assert round(100 * july["days_lost"] / july["days_available"], 2) == Decimal("5.16")


def test_the_official_files_say_what_the_carried_figures_say(official: Path, tmp_path: Path) -> None:
    """Two ways to the same facts: a script that carried figures over, and files read by their field maps."""
    place = intake.published_place(tmp_path / "leeds", "15F")
    trusts = sorted(official.glob("hchs_turnover/Turnover*.csv"))
    sickness = sorted(official.glob("sickness/*.csv"))
    practices = sorted(official.glob("gp_workforce/*.csv"))
    before = {name: _table(place, name) for name in ("stock", "flow", "absence")}
    for file in [*trusts, *sickness, *practices]:
        _accounted(intake.submit(place, file))
    for name, carried in before.items():
        read = _table(place, name)
        for source in ("hchs_turnover", "sickness_absence", "gp_practice_workforce"):
            columns = [c for c in carried.columns if c not in ("submission", "row")]
            one = carried.filter(pl.col("source") == source).select(columns)
            two = read.filter(pl.col("source") == source).select(columns)
            assert one.height == two.height
            assert one.join(two, on=columns, how="anti", nulls_equal=True).is_empty()
    assert place.read(Scope.controller("a test")).submissions.height > 0


def test_the_editions_of_practice_workforce_disagree_on_a_third(official: Path) -> None:
    by_edition = [
        intake.understand(official / "gp_workforce" / f"gp_workforce_by_practice_{years}.csv").tables["stock"]
        for years in ("2016_2024", "2023_2025")
    ]
    nurses = [f.filter(pl.col("staff_group") == "general_practice_nurses") for f in by_edition]
    both = nurses[0].join(nurses[1], on=["organisation", "period"], suffix="_later")
    share = both.select(pl.col("fte").ne_missing(pl.col("fte_later")).mean()).item()
    assert 0.25 < share < 0.4
