"""The extracts open again, are the same each time, and have each fault where the key says."""

import csv
import hashlib
import json
from collections import Counter
from pathlib import Path

import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from skillmix import demonstration
from skillmix.demonstration.extracts.asc_wds import TRAINING, WORKER, WORKPLACE
from skillmix.demonstration.extracts.dirt import Table, decimal_comma, serial, short_year
from skillmix.demonstration.extracts.ledger import brackets
from skillmix.errors import PlaceError

SIZE = 0.1
ENCODINGS = {"ALD-02_ESR": "cp1252", ".txt": "utf-16"}
#: Faults that add a row to those of the clean table.
ADDED = {
    "row_sent_twice",
    "position_sent_twice",
    "line_sent_twice",
    "bank_row",
    "honorary_row",
    "non_executive_row",
    "assignment_has_ended",
    "blank_row",
    "header_repeated",
    "subtotal_row",
    "total_row",
    "leaver_who_is_still_in_post",
    "vacancy_advertised_again",
    "correction_below_nought",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("extracts") / "sent"
    demonstration.write_extracts(out, size=SIZE)
    return out


@pytest.fixture(scope="module")
def faults(folder):
    return pl.read_csv(folder / "answer_key" / "faults.csv", infer_schema=False).with_columns(
        pl.col("row").cast(pl.Int64), pl.col("sent", "right").fill_null("")
    )


def read(path: Path) -> list[list[str]]:
    """Every row of a file as text, as a spreadsheet shows it."""
    if path.suffix == ".xlsx":
        sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0)
        return [[_text(v) for v in line] for line in sheet.to_python(skip_empty_area=False)]
    encoding = next((e for mark, e in ENCODINGS.items() if mark in path.name), "utf-8-sig")
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.reader(file, delimiter="\t" if path.suffix == ".txt" else ","))


def _text(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) and value.is_integer() else str(value)


def _same(shown: str, sent: str) -> bool:
    try:
        return float(shown) == pytest.approx(float(sent))
    except ValueError:
        return shown == sent


def sent_files(folder: Path) -> list[Path]:
    return sorted(p for p in folder.iterdir() if p.is_file() and p.name != "README.txt")


@pytest.mark.unit
def test_every_kind_of_file_is_there_and_says_that_it_is_invented(folder):
    names = [p.name for p in sent_files(folder)]
    assert all(name.startswith("INVENTED_") for name in names)
    for word in ("Staff_In_Post", "Leavers", "worker", "workplace", "training", "Establishment", "Ledger",
                 "Recruitment", "Learners"):  # fmt: skip
        assert any(word in name for name in names), word
    assert "INVENTED" in (folder / "README.txt").read_text(encoding="utf-8")
    for book in (p for p in sent_files(folder) if p.suffix == ".xlsx"):
        assert any("INVENTED" in cell for line in read(book)[:6] for cell in line), book.name


@pytest.mark.unit
def test_the_same_seed_writes_the_same_files(folder, tmp_path):
    again = demonstration.write_extracts(tmp_path / "again", size=SIZE)
    assert len(again) == len(sent_files(folder))
    for path in again:
        first, second = (folder / path.name).read_bytes(), path.read_bytes()
        assert hashlib.sha256(first).digest() == hashlib.sha256(second).digest(), path.name
    key = Path("answer_key") / "faults.csv"
    assert (folder / key).read_bytes() == (tmp_path / "again" / key).read_bytes()


@pytest.mark.unit
def test_each_fault_stands_at_its_row_and_column(folder, faults):
    whole_row = 0
    for (name,), own in faults.filter(pl.col("row").is_not_null()).group_by("file"):
        lines = read(folder / name)
        # The heading stands in the row before the first row of the table.
        headings = next(line for line in lines if own.get_column("column").drop_nulls().first() in line)
        for fault in own.rows(named=True):
            line = lines[fault["row"] - 1]
            if not fault["column"]:
                whole_row += 1
                continue
            shown = line[headings.index(fault["column"])]
            assert _same(shown, fault["sent"]), fault
    assert whole_row > 50


@pytest.mark.unit
def test_rows_are_those_of_the_clean_table_and_those_that_the_key_adds(folder, faults):
    for path in sent_files(folder):
        clean = pl.read_csv(folder / "answer_key" / "clean" / f"{path.stem}.csv", infer_schema=False)
        own = faults.filter(pl.col("file") == path.name)
        added = own.filter(pl.col("fault").is_in(sorted(ADDED)))
        lines = read(path)
        header = next(
            n for n, line in enumerate(lines) if sum(bool(c) for c in line) >= len(clean.columns) * 0.9
        )
        last = len(lines)
        while not any(lines[last - 1]):
            last -= 1
        assert last - header - 1 == clean.height + added.height, path.name
        # Rows that no fault touches are the clean ones, cell for cell and in order.
        touched = set(own.get_column("row").drop_nulls())
        if path.suffix == ".xlsx" or "Ledger" in path.name:
            continue
        untouched = [line for n, line in enumerate(lines[1:], start=2) if n not in touched]
        wanted = Counter(tuple(v or "" for v in row) for row in clean.rows())
        found = Counter(tuple(line[: len(clean.columns)]) for line in untouched)
        assert not found - wanted, path.name
        damaged = own.filter(~pl.col("fault").is_in(sorted(ADDED)) & pl.col("row").is_not_null())
        assert found.total() == clean.height - damaged.get_column("row").n_unique(), path.name


@pytest.mark.unit
def test_right_values_are_those_of_the_clean_table(folder, faults):
    own = faults.filter(
        (pl.col("file") == "INVENTED_ALD-01_ESR_Staff_In_Post_2026-06-30.csv")
        & (pl.col("fault") == "decimal_comma")
    )
    lines = read(folder / own.get_column("file").first())
    clean = pl.read_csv(
        folder / "answer_key" / "clean" / "INVENTED_ALD-01_ESR_Staff_In_Post_2026-06-30.csv",
        infer_schema=False,
    )
    right = dict(clean.select("Assignment Number", "FTE").rows())
    assert own.height
    for fault in own.rows(named=True):
        line = lines[fault["row"] - 1]
        number = line[lines[0].index("Assignment Number")]
        assert right[number] == fault["right"] == fault["sent"].replace(",", ".").ljust(4, "0")


@pytest.mark.unit
def test_clean_staff_in_post_has_the_people_of_the_city(folder):
    frames = demonstration.generate(size=SIZE)
    staff = frames["assignment"].filter(pl.col("as_of") == pl.col("as_of").max())
    for trust, suffix in (("ALD-01", "csv"), ("ALD-03", "xlsx")):
        name = f"INVENTED_{trust}_ESR_Staff_In_Post_2026-06-30"
        assert (folder / f"{name}.{suffix}").is_file()
        clean = pl.read_csv(folder / "answer_key" / "clean" / f"{name}.csv", infer_schema=False)
        own = staff.filter(pl.col("organisation") == trust)
        assert clean.get_column("Employee Number").n_unique() == own.get_column("person_key").n_unique()
        assert clean.get_column("FTE").cast(pl.Decimal(18, 9)).sum() == own.get_column("fte").sum()


@pytest.mark.unit
def test_nobody_can_be_a_real_person(folder):
    for path in (folder / "answer_key" / "clean").iterdir():
        clean = pl.read_csv(path, infer_schema=False)
        for column in ("NI Number", "NINUMBER"):
            if column in clean.columns:
                assert clean.get_column(column).str.contains(r"^QQ\d{6}[A-D]$").all(), path.name
        if "Last Name" in clean.columns:
            assert clean.get_column("Last Name").str.contains(r"^Surname\d{5}$").all(), path.name


@pytest.mark.official
def test_headers_of_the_bulk_upload_are_those_of_the_service(official):
    file = official / "asc_wds" / "ascwds_reference.json"
    listed = json.loads(file.read_text(encoding="utf-8"))
    assert listed["workplaceHeaders"]["workplaceHeaders"].split(",") == WORKPLACE
    assert listed["workerHeaders"]["workerHeadersWithoutCHGUNIQUEWRKID"].split(",") == WORKER
    assert listed["trainingHeaders"]["trainingHeaders"].split(",") == TRAINING


@pytest.mark.unit
def test_job_lists_of_workplaces_run_in_parallel(folder):
    for path in (folder / "answer_key" / "clean").glob("*workplace.csv"):
        for row in pl.read_csv(path, infer_schema=False).rows(named=True):
            lengths = {
                len(row[name].split(";")) for name in ("ALLJOBROLES", "STARTERS", "LEAVERS", "VACANCIES")
            }
            assert len(lengths) == 1, row["LOCALESTID"]


@pytest.mark.unit
def test_a_folder_that_holds_something_is_refused(tmp_path):
    (tmp_path / "mine.txt").write_text("keep", encoding="utf-8")
    with pytest.raises(PlaceError, match="not empty"):
        demonstration.write_extracts(tmp_path, size=0.02)
    assert (tmp_path / "mine.txt").read_text(encoding="utf-8") == "keep"


@pytest.mark.unit
@pytest.mark.parametrize(
    ("how", "value", "wanted"),
    [
        (serial, "01/03/2024", "45352"),
        (serial, "31/12/1999", "36525"),
        (short_year, "05/11/1987", "05/11/87"),
        (decimal_comma, "1.00", "1,0"),
        (decimal_comma, "0.64", "0,64"),
        (brackets, "-1234.5", "(1,234.50)"),
        (brackets, "1234.5", "1,234.50"),
    ],
)
def test_values_as_they_are_sent(how, value, wanted):
    assert how(value) == wanted


@pytest.mark.unit
def test_a_row_carries_at_most_one_fault():
    table = Table.of("x.csv", pl.DataFrame({"a": ["1.0"] * 20}), (1,))
    table.each(8, "a", decimal_comma, "first")
    table.each(50, "a", lambda _: "", "second")
    assert table.faults().group_by("row").len().get_column("len").max() == 1
    assert table.faults().height == 20
