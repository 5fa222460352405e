"""What the command says of rows set aside, and of a file that is far shorter than the one before."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest
from intake_files import PCN, PRACTICES, job, somewhere, write
from typer.testing import CliRunner

from skillmix import intake
from skillmix.cli.app import app
from skillmix.place import Place, Scope

pytestmark = pytest.mark.integration


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return somewhere(tmp_path)


def _jobs(people: int, network: str = "U10001") -> list[str]:
    return [job(person=str(person), network=network) for person in range(people)]


def _told(place: Place, file: Path) -> str:
    done = CliRunner().invoke(app, ["intake", "submit", str(place.path), str(file), "--format", "json"])
    assert done.exit_code == 0
    return done.stderr


def test_each_message_names_file_row_column_value_and_cure(place: Place, tmp_path: Path) -> None:
    rows = [job(), job(fte='"1,0"'), job(person=""), PCN, job() + ",,x", job(fte="9"), job(fte="9")]
    said = _told(place, write(tmp_path, *rows)).splitlines()
    assert (
        "1 row set aside: sent.csv, row 3, column FTE, value '1,0': The number is written with a comma for "
        "its point. Write it with a full stop: 1.0." in said
    )
    assert any(
        line.startswith("2 rows set aside, the first: sent.csv, row 7, column FTE, value '9'")
        for line in said
    )
    # What stands for a row as a whole has no column and no value; what stands for a person has no value.
    assert any(line.startswith("1 row set aside: sent.csv, row 5: The row repeats") for line in said)
    assert any(line.startswith("1 row set aside: sent.csv, row 6: The row has more cells") for line in said)
    assert any(
        line.startswith("1 row set aside: sent.csv, row 4, column UNIQUE_IDENTIFIER: ") for line in said
    )


def test_the_rows_set_aside_can_be_read_where_it_says(place: Place, tmp_path: Path) -> None:
    sent = write(tmp_path, job(), job(fte="x"), job(fte="y"))
    for _ in range(2):
        named = re.search(
            r"The 2 rows set aside are listed with reason and cure in (\S+);", _told(place, sent)
        )
        assert named is not None
        assert pl.read_parquet(named.group(1)).select("row", "value").rows() == [(3, "x"), (4, "y")]
    assert (Path(named.group(1)).parent / "rows.parquet").is_file()
    good = intake.submit(place, write(tmp_path, job(), name="good.csv"))
    assert good.aside is None
    assert "set aside" not in _told(place, tmp_path / "good.csv")


def test_the_same_file_for_another_organisation_names_its_own_rows(place: Place, tmp_path: Path) -> None:
    sent = write(tmp_path, job(), job(fte="x"), job(network="U20002"), job(network="U20002", fte="y"))
    intake.submit(place, sent)
    one = intake.submit(place, sent, organisation="U10001")
    assert one.aside is not None
    assert pl.read_parquet(one.aside).get_column("value").to_list() == ["x"]


def test_a_file_far_shorter_than_the_one_before_is_loaded_and_said_loudly(
    place: Place, tmp_path: Path
) -> None:
    other = _jobs(9, "U20002")
    first = intake.submit(place, write(tmp_path, *_jobs(30), *other))
    assert not any("FEWER" in note for note in first.notes)
    half = intake.submit(place, write(tmp_path, *_jobs(12), *other))
    assert half.notes[0].startswith(
        "FAR FEWER ROWS THAN BEFORE: for 2 organisations 39 rows stood, now 21 stand in their place "
        "(One PCN 30 -> 12)"
    )
    command = re.search(r"skillmix (place withdraw \S+ \S+)$", half.notes[0])
    assert command is not None
    assert CliRunner().invoke(app, command.group(1).split()).exit_code == 0
    standing = place.read(Scope.controller("a test")).table("assignment").collect()
    assert standing.height == 39


def test_a_few_rows_less_or_another_months_are_no_reason_to_be_loud(place: Place, tmp_path: Path) -> None:
    intake.submit(place, write(tmp_path, *_jobs(30)))
    corrected = intake.submit(place, write(tmp_path, *_jobs(21)))
    september = intake.submit(place, write(tmp_path, *(row.replace("2026,6", "2026,9") for row in _jobs(3))))
    unseen = intake.submit(place, write(tmp_path, *_jobs(2)), publish=False)
    other = "01Jul2026,A10001,ONE,LS1 2AB,U10001,ONE PCN,01A,QQQ"
    practices = intake.submit(place, write(tmp_path, other, headings=PRACTICES))
    for done in (corrected, september, unseen, practices):
        assert not any("FEWER" in note for note in done.notes)


def test_a_later_edition_that_stands_is_no_reason_either(place: Place, tmp_path: Path) -> None:
    intake.submit(place, write(tmp_path, *_jobs(30)), edition="2026-07-09")
    outdone = intake.submit(place, write(tmp_path, *_jobs(5)))
    assert not any("FEWER" in note for note in outdone.notes)
