"""Readers: every cell as text, whatever the file is."""

from __future__ import annotations

import io
import zipfile

import polars as pl
import pytest
import xlsxwriter

from skillmix.errors import InputError
from skillmix.intake import readers

pytestmark = pytest.mark.unit


def _zip(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def _rows(data: bytes, headings: int = 1, columns: int = 2) -> list[tuple[object, ...]]:
    (candidate,) = readers.open_tables(data, "t")
    return candidate.load(headings, columns).frame.rows()


def test_cells_stay_text_as_they_were_written() -> None:
    assert _rows(b"code,fte\n007,1.0\n1e3,TRUE\n") == [(2, "007", "1.0"), (3, "1e3", "TRUE")]


def test_rows_are_numbered_as_a_spreadsheet_numbers_them() -> None:
    # A blank line is a row; a line break within quotation marks is none.
    assert _rows(b'a,b\n1,"x\ny"\n\n2,z\n') == [(2, "1", "x\ny"), (3, None, None), (4, "2", "z")]


def test_titles_with_quoted_line_breaks_do_not_shift_the_rows() -> None:
    assert _rows(b'"A title\nover two lines"\n\na,b\n1,2\n', headings=3) == [(4, "1", "2")]


@pytest.mark.parametrize("delimiter", ["\t", ";", "|"])
def test_other_delimiters_are_seen(delimiter: str) -> None:
    text = f"a{delimiter}b\n1{delimiter}2,5\n"
    assert _rows(text.encode()) == [(2, "1", "2,5")]


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("cp1252", "Windows-1252"),
        ("utf-16", "UTF-16"),
    ],
)
def test_encodings_are_told_apart_and_reported(encoding: str, shown: str) -> None:
    (candidate,) = readers.open_tables("rôle,b\nDirector – Médical,£2\n".encode(encoding), "t")
    assert candidate.encoding == shown
    assert candidate.preview[0] == ["rôle", "b"]
    assert candidate.load(1, 2).frame.rows() == [(2, "Director – Médical", "£2")]


def test_a_row_with_too_many_cells_is_told_and_its_neighbours_stand() -> None:
    (candidate,) = readers.open_tables(b"a,b\n1,2\n3,4,5\n6,7\n", "t")
    body = candidate.load(1, 2)
    assert body.ragged == [readers.Ragged(3, 3)]
    assert body.frame.rows() == [(2, "1", "2"), (3, "3", "4"), (4, "6", "7")]


def test_trailing_commas_are_no_cells() -> None:
    (candidate,) = readers.open_tables(b"a,b\n1,2,,\n", "t")
    assert candidate.load(1, 2).ragged == []


def test_a_stray_quotation_mark_does_not_swallow_the_table() -> None:
    rows = _rows(b'a,b\n1,5" pipe\n2,y\n')
    assert [r[1] for r in rows] == ["1", "2"]


def test_headings_alone_have_no_rows() -> None:
    assert _rows(b"a,b\n\n") == []


def test_a_workbook_is_read_as_text_from_its_first_row() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("Staff")
        sheet.write_row(2, 0, ["code", "fte", "date"])
        sheet.write_row(3, 0, ["007", 1.5])
        sheet.write_datetime(3, 2, pl.date_range(pl.date(2026, 6, 30), pl.date(2026, 6, 30), eager=True)[0])
        sheet.write_row(4, 0, ["x", 2])
        book.add_worksheet("Notes").write(0, 0, "nothing")
    found = readers.open_tables(out.getvalue(), "book.xlsx")
    assert [c.name for c in found] == ["book.xlsx, sheet Staff", "book.xlsx, sheet Notes"]
    assert found[0].preview[2] == ["code", "fte", "date"]
    body = found[0].load(3, 3)
    assert body.frame.select("row", "c0", "c1").rows() == [(4, "007", "1.5"), (5, "x", "2")]


def test_parquet_is_read_as_text() -> None:
    out = io.BytesIO()
    pl.DataFrame({"a": [1, 2], "b": ["x", None]}).write_parquet(out)
    assert _rows(out.getvalue()) == [(2, "1", "x"), (3, "2", None)]


def test_the_member_that_the_source_names_is_taken() -> None:
    data = _zip(
        **{"notes.csv": b"x,y\n1,2\n", "1.Staff Individual Level.csv": b"a,b\n3,4\n", "g.pdf": b"%PDF"}
    )
    (candidate,) = readers.open_tables(data, "t.zip", ("*Individual Level.csv",))
    assert candidate.name == "1.Staff Individual Level.csv"


def test_without_a_named_member_every_table_is_a_candidate() -> None:
    data = _zip(**{"one.csv": b"a,b\n1,2\n", "two.csv": b"c,d\n1,2\n", "g.pdf": b"%PDF"})
    assert [c.name for c in readers.open_tables(data, "t.zip")] == ["one.csv", "two.csv"]


# A zip holds the time at which it was made: each case has a name of its own, the same in every process.
UNREADABLE = {
    "nothing": (b"", "empty"),
    "blank lines": (b" \r\n\r\n", "empty"),
    "a zip cut short": (_zip(**{"a.csv": b"a,b\n" + b"1,2\n" * 5000})[:90], "damaged or cut short"),
    "a zip without a table": (_zip(**{"guide.pdf": b"%PDF-1.4"}), "holds no table, only guide.pdf"),
    "a PDF": (b"%PDF-1.4 ...", "is a PDF"),
    "bytes": (b"\x00\x01\x02\x03" * 100, "not a table of text"),
    "no workbook": (b"\xd0\xcf\x11\xe0" + b"x" * 600, "workbook cannot be opened"),
    "no Parquet": (b"PAR1 not really", "Parquet file cannot be opened"),
}


@pytest.mark.parametrize(("data", "says"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_refused_in_plain_words(data: bytes, says: str) -> None:
    with pytest.raises(InputError, match=says) as refused:
        readers.open_tables(data, "sent.dat")
    assert refused.value.cure
    assert refused.value.where[0].file == "sent.dat"


def test_a_zip_cut_within_its_member_is_refused() -> None:
    whole = _zip(**{"a.csv": b"a,b\n" + bytes(range(32, 127)) * 500})
    damaged = bytearray(whole)
    damaged[60:80] = b"\xff" * 20
    with pytest.raises(InputError, match="damaged or cut short"):
        readers.open_tables(bytes(damaged), "a.zip")
