"""The carried figures against the official files: derived again, and counted by other means."""

import csv
import hashlib
import io
import sys
import tomllib
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from types import ModuleType

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from skillmix import reference

pytestmark = pytest.mark.official

ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = ROOT / "src" / "skillmix" / "reference" / "published"
PLACES = ("15F", "W2U3Z", "03W")


@pytest.fixture(scope="module")
def script() -> Iterator[ModuleType]:
    before = list(sys.path)
    sys.path.insert(0, str(ROOT / "scripts"))
    import published_figures  # type: ignore[import-not-found]

    yield published_figures
    sys.path[:] = before


def rows_of(path: Path) -> Iterator[dict[str, str]]:
    """Rows of a CSV, or of the one CSV in a zip, by the standard library alone."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            (name,) = [n for n in archive.namelist() if n.endswith(".csv")]
            content = archive.read(name)
    else:
        content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252")
    yield from csv.DictReader(io.StringIO(text))


def test_every_carried_table_is_what_the_script_derives(script: ModuleType, official: Path) -> None:
    derived = script.tables(official)
    assert {t.name for t in derived} == {p.stem for p in PUBLISHED.glob("*.parquet")}
    for table in derived:
        assert_frame_equal(pl.read_parquet(PUBLISHED / f"{table.name}.parquet"), table.frame)


def test_provenance_names_the_files_and_their_hashes(official: Path) -> None:
    provenance = tomllib.loads((PUBLISHED / "provenance.toml").read_text(encoding="utf-8"))
    found = {path.name: path for path in official.rglob("*") if path.is_file()}
    files = [file for series in provenance["series"] for file in series["files"]]
    assert len(files) > 30
    for file in files:
        assert hashlib.sha256(found[file["name"]].read_bytes()).hexdigest() == file["sha256"], file["name"]


def test_network_people_and_fte_counted_by_hand(official: Path) -> None:
    people: dict[tuple[str, str], set[str]] = defaultdict(set)
    lines: dict[tuple[str, str], int] = defaultdict(int)
    fte: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    together: set[str] = set()
    shared = {"U87499", "U63948"}
    for row in rows_of(official / "pcn_workforce" / "PCNWFIndividualCSV.062026.zip"):
        if row["UNIQUE_IDENTIFIER"] and (row["SUB_ICB_CODE"] == "03W" or row["PCN_CODE"] in shared):
            together.add(row["UNIQUE_IDENTIFIER"])
        if row["SUB_ICB_CODE"] not in PLACES:
            continue
        for key in ((row["SUB_ICB_CODE"], ""), (row["SUB_ICB_CODE"], row["PCN_CODE"])):
            fte[key] += Decimal(row["FTE"])
            if row["UNIQUE_IDENTIFIER"]:
                people[key].add(row["UNIQUE_IDENTIFIER"])
            else:
                lines[key] += 1
    carried = reference.published("pcn_workforce").filter(
        pl.col("period") == "2026-06",
        pl.col("sub_icb").is_in(PLACES),
        pl.col("grain").is_in(["place", "organisation"]),
    )
    found = {
        (row["sub_icb"], row["network"] or ""): (row["headcount"], row["lines"], row["fte"])
        for row in carried.iter_rows(named=True)
    }
    assert found == {key: (len(people[key]), lines[key], fte[key]) for key in fte}
    assert found["15F", ""][0] == 435
    over_all = reference.published("pcn_workforce_shared").filter(
        pl.col("sub_icb") == "03W", pl.col("grain") == "place"
    )
    assert over_all.get_column("headcount").item() == len(together)


def test_network_people_by_role_counted_by_hand(official: Path) -> None:
    mapping = reference.table("role_mapping").filter(pl.col("scheme") == "nwrs")
    by_label: dict[str, set[str]] = defaultdict(set)
    for label, role in mapping.select("source_value", "role").iter_rows():
        by_label[reference.normalise(label)].add(role)
    people: dict[str, set[str]] = defaultdict(set)
    for row in rows_of(official / "pcn_workforce" / "PCNWFIndividualCSV.062026.zip"):
        roles = by_label[reference.normalise(row["DETAILED_STAFF_ROLE"])]
        if row["SUB_ICB_CODE"] == "15F" and row["UNIQUE_IDENTIFIER"] and len(roles) == 1:
            people[next(iter(roles))].add(row["UNIQUE_IDENTIFIER"])
    carried = reference.published("pcn_workforce").filter(
        pl.col("period") == "2026-06", pl.col("sub_icb") == "15F", pl.col("grain") == "place,role"
    )
    found = dict(carried.select("role", "headcount").iter_rows())
    counted = {role: len(who) for role, who in people.items()}
    assert len(counted) > 25
    assert {role: found[role] for role in counted} == counted


def test_patients_of_every_sub_icb_are_those_that_the_publisher_adds_up(official: Path) -> None:
    wanted = {
        row["ORG_CODE"]: int(row["NUMBER_OF_PATIENTS"])
        for row in rows_of(official / "gp_registered_patients" / "gp-reg-pat-prac-quin-age.zip")
        if (row["ORG_TYPE"], row["SEX"], row["AGE_GROUP_5"]) == ("SUB_ICB_LOCATION_CODE", "ALL", "ALL")
    }
    found = dict(reference.published("sub_icb").select("sub_icb", "patients").iter_rows())
    assert found == wanted
    assert found["15F"] == 933_415


def test_patients_by_broad_age_of_a_sub_icb_are_those_of_its_five_year_ages(official: Path) -> None:
    older = {"65_69", "70_74"}
    wanted = sum(
        int(row["NUMBER_OF_PATIENTS"])
        for row in rows_of(official / "gp_registered_patients" / "gp-reg-pat-prac-quin-age.zip")
        if row["ORG_TYPE"] == "SUB_ICB_LOCATION_CODE"
        and row["ORG_CODE"] == "15F"
        and row["SEX"] == "FEMALE"
        and row["AGE_GROUP_5"] in older
    )
    practices = reference.published("practices").filter(pl.col("sub_icb") == "15F")
    found = reference.published("registered_patients").filter(
        pl.col("practice").is_in(practices.get_column("practice").implode()),
        pl.col("sex") == "female",
        pl.col("age_from") == 65,
    )
    assert found.get_column("patients").sum() == wanted


def test_no_data_and_none_stay_apart_in_practice_staff(official: Path) -> None:
    path = official / "gp_workforce" / "gp_workforce_by_practice_2023_2025.csv"
    no_data = none = 0
    for row in rows_of(path):
        no_data += row["TOTAL_NURSES_FTE"] == "NA"
        none += row["TOTAL_NURSES_FTE"] not in ("NA", "") and Decimal(row["TOTAL_NURSES_FTE"]) == 0
    later = reference.published("gp_workforce").filter(pl.col("edition") == "2025-12-31")
    nurses = later.get_column("general_practice_nurses")
    assert (nurses.null_count(), (nurses == 0).sum()) == (no_data, none)
    assert no_data == 614
    assert none > 0


def test_trusts_have_their_published_joiners_and_leavers(official: Path) -> None:
    path = (
        official
        / "hchs_turnover"
        / "Turnover benchmarking 2. Staff group and organisation, monthly, Nov-25.csv"
    )
    wanted = {
        (row["TYPE"], row["REPORTING_ORG_CODE"]): (int(row["HC"]), Decimal(row["FTE"]))
        for row in rows_of(path)
        if row["STAFF_GROUP_1_NAME"] == "All staff groups"
    }
    carried = reference.published("hchs_turnover").filter(
        pl.col("staff_group").is_null(), pl.col("ends").dt.month() == 11
    )
    words = {
        "start": "Denominator at start of period",
        "end": "Denominator at end of period",
        "joiners": "Joiners",
        "leavers": "Leavers",
    }
    for row in carried.iter_rows(named=True):
        for kind, published in words.items():
            found = (row[f"{kind}_headcount"], row[f"{kind}_fte"])
            assert found == wanted.get((published, row["organisation"]), (0, 0))
    assert carried.height == len({code for _, code in wanted})
