"""What is refused before it is unpacked, and that it is refused cheaply."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile
from collections.abc import Callable

import polars as pl
import pytest
import xlsxwriter
from intake_files import PCN, job

from skillmix.errors import InputError
from skillmix.intake import Sent, limits, understand
from skillmix.intake.readers import open_tables

pytestmark = pytest.mark.unit

#: More than a refusal may take: the bombs below unpack to far more.
SPARE = 60_000_000
TABLE = f"{PCN}\n{job()}\n"


def _zipped(members: dict[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def _bomb(name: str, size: int) -> bytes:
    """A zip with one member of so many equal bytes, made piece by piece."""
    out, piece = io.BytesIO(), bytes(1_000_000)
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open(name, "w", force_zip64=True) as member,
    ):
        for _ in range(size // len(piece)):
            member.write(piece)
    return out.getvalue()


def _workbook(cells: dict[tuple[int, int], str]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for (row, column), value in cells.items():
            sheet.write_string(row, column, value)
    return out.getvalue()


def _with_member(book: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        members = {i.filename: archive.read(i) for i in archive.infolist()}
    members[name] = change(members[name])
    return _zipped(members)


def _refused(data: bytes, words: str) -> InputError:
    tracemalloc.start()
    try:
        with pytest.raises(InputError, match=words) as refused:
            open_tables(data, "sent.zip")
        assert tracemalloc.get_traced_memory()[1] < SPARE
    finally:
        tracemalloc.stop()
    assert refused.value.cure
    return refused.value


def test_a_zip_that_unpacks_to_too_much_is_refused() -> None:
    refused = _refused(_bomb("a.csv", 600_000_000), "would unpack to 600 MB; at most 500 MB")
    assert refused.where[0].file == "sent.zip"


def test_a_zip_packed_as_no_table_is_packed_is_refused() -> None:
    _refused(_bomb("a.csv", 100_000_000), "more than 200 times smaller")


def test_a_workbook_is_no_way_around() -> None:
    bomb = _with_member(_workbook({(0, 0): "a"}), "xl/worksheets/sheet1.xml", lambda _: bytes(100_000_000))
    _refused(bomb, "more than 200 times smaller")


def test_a_workbook_that_lies_about_its_size_is_refused() -> None:
    book = _with_member(_workbook({(0, 0): "a"}), "xl/worksheets/sheet1.xml", lambda _: bytes(100_000_000))
    small = struct.pack("<L", 5_000)
    lying = book.replace(struct.pack("<L", 100_000_000), small)
    assert lying != book
    _refused(lying, "unpacks to far more than a table holds")


def test_too_many_members_are_refused() -> None:
    _refused(_zipped({f"{n}.csv": "a" for n in range(1_001)}), "1,001 members")


@pytest.mark.parametrize(
    "name", ["/etc/staff.csv", "../staff.csv", "a/../../staff.csv", "C:\\staff.csv", "..\\a.csv"]
)
def test_a_member_that_names_a_place_on_disk_is_refused(name: str) -> None:
    refused = _refused(_zipped({name: TABLE}), "name of a place on disk")
    assert name not in str(refused)


def test_a_zip_in_a_zip_is_refused_whatever_it_is_called() -> None:
    for name in ("inner.zip", "inner.csv"):
        _refused(_zipped({name: _zipped({"a.csv": TABLE})}), "holds another zip")


def test_a_workbook_in_a_zip_is_read() -> None:
    book = _workbook({(0, 0): "FTE", (1, 0): "1"})
    assert open_tables(_zipped({"staff.xlsx": book}), "sent.zip")[0].preview == [["FTE"], ["1"]]


def test_many_workbooks_in_a_zip_are_refused() -> None:
    book = _workbook({(0, 0): "FTE", (1, 0): "1"})
    _refused(_zipped({f"{n}.xlsx": book for n in range(11)}), "holds 11 workbooks")
    _refused(_zipped({"staff.csv": book}), "holds another zip")


def test_a_sheet_with_a_cell_in_its_last_corner_is_refused() -> None:
    _refused(_workbook({(0, 0): "FTE", (1_048_575, 16_383): "x"}), "spans 1,048,576 rows by 16,384 columns")


def test_a_long_sheet_and_a_wide_one_are_read() -> None:
    assert open_tables(_workbook({(0, 0): "FTE", (60_000, 1): "x"}), "a.xlsx")
    assert open_tables(_workbook({(0, 0): "FTE", (1, 700): "x"}), "a.xlsx")


def test_a_repeated_row_of_an_opendocument_sheet_is_refused() -> None:
    row = (
        '<table:table-row table:number-rows-repeated="1000000"><table:table-cell office:value-type="float" '
        'office:value="1"/></table:table-row>'
    )
    _refused(_zipped({"content.xml": row}), "repeated more than a thousand times")
    far = row.replace("<table:table-cell", "<table:table-cell/>" * 200 + "<table:table-cell")
    _refused(_zipped({"content.xml": far}), "repeated more than a thousand times")
    cell = (
        '<table:table-cell table:number-columns-repeated="16384" office:value-type="float" office:value="1"/>'
    )
    _refused(_zipped({"content.xml": cell}), "repeated more than a thousand times")


def test_a_workbook_in_binary_form_is_refused() -> None:
    _refused(_zipped({"xl/workbook.bin": b"1", "[Content_Types].xml": b""}), "binary form")


def test_a_heading_that_never_ends_is_refused_before_it_is_decoded() -> None:
    _refused(b"a," * 20_000_000, "The first line is longer than 1,000,000 bytes")
    _refused(("a," * 600_000).encode("utf-16"), "The first line is longer")


def test_a_line_that_never_ends_is_refused() -> None:
    _refused(TABLE.encode() + b"x" * 2_000_000, "A line is longer")
    _refused(TABLE.encode() * 20_000 + b"x" * 1_500_000 + b"\n" + TABLE.encode(), "A line is longer")


def test_lines_that_end_in_old_ways_are_lines() -> None:
    limits.check_lines(b"1,2\r" * 500_000, "a.csv")
    limits.check_lines(b"1,2\r\n" * 500_000, "a.csv")


def test_too_many_headings_are_refused() -> None:
    _refused(b"a," * 20_000 + b"\n1,2\n", "20,001 columns")


def test_a_parquet_file_of_very_many_rows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.BytesIO()
    pl.DataFrame({"a": pl.zeros(2_000, eager=True), "b": pl.zeros(2_000, eager=True)}).write_parquet(out)
    assert open_tables(out.getvalue(), "a.parquet")
    monkeypatch.setattr(limits, "MOST_VALUES", 3_999)
    _refused(out.getvalue(), "2,000 rows of 2 columns")


def test_a_file_in_memory_is_understood_as_one_on_disk() -> None:
    read = understand(Sent("../../etc/sent.csv", TABLE.encode()), "pcn_individual")
    assert (read.file, read.rows_loaded) == ("sent.csv", 1)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("a/b.csv", "b.csv"),
        ("..", "the file"),
        ("", "the file"),
        ("a\x00\nb.csv", "ab.csv"),
        ("...csv", "csv"),
    ],
)
def test_a_name_is_never_a_path(name: str, kept: str) -> None:
    assert Sent(name, b"").name == kept


def test_what_was_sent_is_not_shown_with_its_content() -> None:
    assert "QQ123456A" not in repr(Sent("a.csv", b"QQ123456A"))


def test_a_damaged_member_is_told_as_damaged() -> None:
    book = bytearray(_workbook({(0, 0): "a"}))
    at = book.index(b"xl/worksheets/sheet1.xml") + len("xl/worksheets/sheet1.xml")
    book[at : at + 8] = b"\xff" * 8
    with pytest.raises(InputError, match=r"damaged|cannot be opened"):
        open_tables(bytes(book), "a.xlsx")
