"""Aldmoor's messy leavers reports, establishments and ledgers against their answer key."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from skillmix import intake
from skillmix.demonstration.extracts.folder import write_extracts
from skillmix.intake.staging import Staged
from skillmix.place import Place, PlaceOrganisation

pytestmark = pytest.mark.integration

AS_OF = dt.date(2026, 6, 30)
FILES = {
    "INVENTED_ALD-01_ESR_Leavers_2025-07_to_2026-06.csv": "esr_leavers",
    "INVENTED_ALD-02_ESR_Leavers_2025-07_to_2026-06.csv": "esr_leavers",
    "INVENTED_ALD-03_ESR_Leavers_2025-07_to_2026-06.csv": "esr_leavers",
    "INVENTED_ALD-04_ESR_Leavers_2025-07_to_2026-06.csv": "esr_leavers",
    "INVENTED_ALD-01_Establishment_2026-06.xlsx": "esr_establishment",
    "INVENTED_ALD-02_Establishment_2026-06.xlsx": "esr_establishment",
    "INVENTED_ALD-01_Finance_Ledger_2025-07_to_2026-06.xlsx": "finance_ledger",
    "INVENTED_ALD-02_Finance_Ledger_2025-07_to_2026-06.csv": "finance_ledger",
    "INVENTED_ALD-05_Finance_Ledger_2025-07_to_2026-06.csv": "finance_ledger",
}
#: The rule that finds each planted fault.
FOUND_BY = {
    "correction_below_nought": "cost_below_nought",
    "date_with_two_digit_year": "two_digit_year",
    "decimal_comma": "comma",
    "ends_before_it_started": "left_before_start",
    "formula_error": "formula_error",
    "header_repeated": "repeated_headings",
    "identifier_missing": "position_missing",
    "leaver_who_is_still_in_post": "flexi_retirement",
    "line_sent_twice": "line_sent_twice",
    "minus_behind_the_number": "minus_behind",
    "misspelled": "reason_unknown",
    "number_with_words": "number_with_words",
    "period_of_the_year": "month_of_financial_year",
    "position_sent_twice": "position_sent_twice",
    "row_sent_twice": "row_sent_twice",
}
#: A missing cell is found by the rule of its column.
MISSING = {"Leaving Reason": "reason_missing", "Subjective": "subjective_missing"}
#: Faults of rows that are counted as not used.
NOT_USED = {"subtotal_row", "total_row"}
#: Faults that are understood: the row is as if it had none.
UNDERSTOOD = {"band_spelled_otherwise", "spaces_around", "spelled_otherwise"}
#: Faults of the file as a whole, and rows that are none.
OF_THE_FILE = {"blank_row", "commas_and_brackets", "establishment_out_of_date", "titles_above_the_header"}
#: Rows that the answer key keeps, or asks about, and the clean file does not have.
BESIDE = {"correction_below_nought", "leaver_who_is_still_in_post"}
#: What is wrong with a leaver's reason is true of the clean file as well.
TRUE_OF_THE_CLEAN = {
    "reason_says_unknown",
    "end_of_contract",
    "flexi_retirement",
    "transferred",
    "job_unknown",
}


@pytest.fixture(scope="module")
def extracts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("extracts") / "sent"
    write_extracts(folder, size=0.05)
    return folder


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    codes = sorted({name[9:15] for name in FILES})
    return Place.create(
        tmp_path_factory.mktemp("place") / "place",
        name="Aldmoor",
        code="ALD",
        organisations=[PlaceOrganisation(code, "An employer", "acute", "acute_trust") for code in codes],
    )


def _stage(place: Place, file: Path, name: str) -> Staged:
    return intake.stage(place, file, source=FILES[name], organisation=name[9:15], as_of=AS_OF)


def _clean(place: Place, extracts: Path, name: str) -> Staged:
    return _stage(place, extracts / "answer_key" / "clean" / f"{Path(name).stem}.csv", name)


def _faults(extracts: Path, name: str) -> pl.DataFrame:
    key = pl.read_csv(extracts / "answer_key" / "faults.csv", infer_schema=False)
    return key.filter(pl.col("file") == name).with_columns(pl.col("row").cast(pl.Int64))


def _rule(fault: str, column: str) -> str | None:
    return MISSING[column] if fault == "value_missing" else FOUND_BY.get(fault)


def _facts(staged: Staged, without: pl.Series) -> pl.DataFrame:
    """The facts but those of some rows of the file."""
    (facts,) = staged.tables.values()
    items = max(len(table.each) for table in staged.understood.source.tables) or 1
    row = (pl.col("row") - 1) // items + 1
    return facts.filter(~row.is_in(without.implode())).drop("row")


@pytest.mark.parametrize("name", FILES)
def test_every_planted_fault_is_found_and_nothing_else_held_back(
    extracts: Path, place: Place, name: str
) -> None:
    read, faults = _stage(place, extracts / name, name), _faults(extracts, name)
    assert set(faults["fault"]) <= {*FOUND_BY, "value_missing", *NOT_USED, *UNDERSTOOD, *OF_THE_FILE}
    wanted = [
        (row, rule)
        for row, column, fault in faults.select("row", "column", "fault").iter_rows()
        if (rule := _rule(fault, column)) is not None
    ]
    found = set(read.findings.select("row", "rule").iter_rows())
    assert [pair for pair in wanted if pair not in found] == []
    assert read.set_aside.join(faults, on="row", how="anti").is_empty()
    sound = faults.filter(pl.col("fault").is_in([*UNDERSTOOD, *NOT_USED, *OF_THE_FILE]))
    told = read.findings.filter(~pl.col("rule").is_in(list(TRUE_OF_THE_CLEAN)))
    assert sound.join(told, on="row", how="semi").is_empty()
    assert read.rows_not_used == faults.filter(pl.col("fault").is_in(list(NOT_USED))).height
    counts = (read.rows_loaded, read.rows_set_aside, read.rows_outside, read.rows_not_used)
    assert read.rows_read == sum(counts)


@pytest.mark.parametrize("name", FILES)
def test_the_clean_file_is_loaded_whole(extracts: Path, place: Place, name: str) -> None:
    clean = _clean(place, extracts, name)
    assert clean.rows_loaded == clean.rows_read > 0
    assert set(clean.findings.get_column("rule")) <= TRUE_OF_THE_CLEAN


@pytest.mark.parametrize("name", FILES)
def test_after_mending_the_facts_are_those_of_the_clean_file(extracts: Path, place: Place, name: str) -> None:
    faults = _faults(extracts, name)
    mended = faults.filter(pl.col("fault").is_in([*FOUND_BY, "value_missing"])).filter(
        ~pl.col("right").is_in(["leave out", "keep"]), ~pl.col("fault").is_in(list(BESIDE))
    )
    corrections = [
        intake.Correction(column=column, meant=right, row=row)
        for row, column, right in mended.select("row", "column", "right").iter_rows()
    ]
    done = intake.correct(_stage(place, extracts / name, name), corrections, by="the records team")
    left = set(done.set_aside.get_column("rule"))
    assert left <= {"row_sent_twice", "position_sent_twice", "line_sent_twice", "repeated_headings"}
    beside = faults.filter(pl.col("fault").is_in(list(BESIDE))).get_column("row")
    mine = _facts(done, beside)
    theirs = _facts(_clean(place, extracts, name), pl.Series([], dtype=pl.Int64))
    assert mine.height == theirs.height
    by = sorted(mine.columns)
    assert mine.select(by).sort(by).equals(theirs.select(by).sort(by))


def test_what_is_kept_of_leavers_names_nobody(extracts: Path, place: Place, tmp_path: Path) -> None:
    name = next(iter(FILES))
    _stage(place, extracts / name, name).write(tmp_path / "staged")
    sent = pl.read_csv(extracts / name, infer_schema=False)
    kept = b"".join(path.read_bytes() for path in (tmp_path / "staged").rglob("*") if path.is_file())
    frames = [pl.read_parquet(path) for path in (tmp_path / "staged").rglob("*.parquet")]
    words = "\n".join(str(frame.rows()) for frame in frames) + kept.decode("latin-1")
    for column in ("Employee Number", "Last Name", "NI Number", "Date Of Birth"):
        assert not [cell for cell in sent.get_column(column).unique() if cell and cell in words]


def test_the_facts_of_all_files_can_be_stored(extracts: Path, place: Place) -> None:
    for name in list(FILES)[::4]:
        receipt = intake.store(place, _stage(place, extracts / name, name), publish=True)
        assert receipt.number is not None
