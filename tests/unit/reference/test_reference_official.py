"""Every label of the official files has its place in the lists."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import polars as pl
import pytest

from skillmix import reference

pytestmark = pytest.mark.official


def _rows(content: bytes) -> list[dict[str, str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252")
    return list(csv.DictReader(io.StringIO(text)))


def test_every_detailed_role_of_the_twelve_network_files_is_mapped(official: Path) -> None:
    mapped = {
        (group, value): (role, staff_group)
        for group, value, role, staff_group in reference.table("role_mapping")
        .filter(pl.col("scheme") == "nwrs")
        .select("source_group_key", "source_value_key", "role", "staff_group")
        .iter_rows()
    }
    groups = dict(
        reference.table("staff_group_mapping")
        .filter(pl.col("scheme") == "nwrs")
        .select("source_value_key", "staff_group")
        .iter_rows()
    )
    folder = official / "pcn_workforce"
    files = {file.name: file.read_bytes() for file in folder.glob("*.csv")}
    for file in folder.glob("*.zip"):
        with zipfile.ZipFile(file) as archive:
            files |= {n: archive.read(n) for n in archive.namelist() if n.endswith(".csv")}
    assert len(files) == 12
    used = set()
    for name, content in files.items():
        for row in _rows(content):
            key = (reference.normalise(row["STAFF_GROUP"]), reference.normalise(row["DETAILED_STAFF_ROLE"]))
            assert key in mapped, (name, row["STAFF_GROUP"], row["DETAILED_STAFF_ROLE"])
            assert mapped[key][1] == groups[key[0]], key
            used.add(key)
    assert used == set(mapped), "labels mapped that no file has"


def test_every_job_role_of_adult_social_care_is_mapped_by_code_and_label(official: Path) -> None:
    mapping = dict(
        reference.table("role_mapping")
        .filter(pl.col("scheme") == "asc_wds")
        .select("source_value", "role")
        .iter_rows()
    )
    with (official / "asc_wds" / "ascwds_job_roles.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {r["bulk_upload_code"] for r in rows} | {r["job_role"] for r in rows} == set(mapping)
    for row in rows:
        assert mapping[row["bulk_upload_code"]] == mapping[row["job_role"]]


def test_every_staff_group_of_the_turnover_files_is_mapped(official: Path) -> None:
    mapped = set(
        reference.table("staff_group_mapping")
        .filter(pl.col("scheme") == "hchs")
        .get_column("source_value_key")
    )
    for file in (official / "hchs_turnover").glob("Turnover benchmarking*.csv"):
        for row in _rows(file.read_bytes()):
            assert reference.normalise(row["STAFF_GROUP_1_NAME"]) in mapped


def test_every_census_label_is_an_ethnic_group(official: Path) -> None:
    with (official / "census" / "ethnicity21_ltla21.csv").open(encoding="utf-8") as file:
        labels = {row["ethnic_group"] for row in csv.DictReader(file)}
    found = {label.removesuffix(" (number)") for label in labels if label.endswith("(number)")}
    assert found == set(reference.table("ethnic_groups").get_column("census_label"))
