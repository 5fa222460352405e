"""Limits: what is refused before anything is unpacked, so that no file exhausts the machine.

A zip or workbook says how large its members are, and may lie: members of a workbook are inflated piece by
piece and thrown away, to see, before a library that trusts the file opens it. A sheet may also name a cell in
its last corner, which makes it as large as a spreadsheet can be.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from skillmix.errors import InputError, Where

#: Bytes that a zip or workbook may hold when unpacked.
MOST_BYTES = 500_000_000
#: How many times larger it may be unpacked than packed; not asked of small members.
MOST_TIMES = 200
#: Bytes of a member from which its compression is asked.
SMALL = 10_000_000
#: Members of a zip or workbook.
MOST_MEMBERS = 1_000
#: Workbooks inside a zip, and the bytes that each may hold when unpacked.
MOST_BOOKS = 10
MOST_BYTES_INSIDE = 100_000_000
#: Bytes of one line of text.
LONGEST_LINE = 1_000_000
#: Headings of a table: what a spreadsheet holds across.
MOST_COLUMNS = 16_384
#: Cells that a sheet may span, filled or not.
MOST_CELLS = 30_000_000
#: Values of a Parquet file.
MOST_VALUES = 500_000_000

_PIECE = 1 << 20
#: Cells of a sheet beyond column Z or row 9,999, and the rows beyond it; what stands before is small anyway.
_FAR = re.compile(rb"""\br\s*=\s*["'](?:([A-Z]{2,3})(\d{1,7})|([A-Z]?)(\d{5,7}))["']""")
#: Rows and cells of an OpenDocument sheet that stand for very many like them, and how much of a row is read.
_ROW = 2_000
_REPEATED_ROW = re.compile(
    rb"""<table:table-row[^>]*number-rows-repeated\s*=\s*["']\d{4,}["'][^>]*>(.{0,%d})""" % _ROW, re.DOTALL
)
_REPEATED_CELL = re.compile(
    rb"""<table:(?:covered-)?table-cell[^>]*number-columns-repeated\s*=\s*["']\d{4,}["'][^>]*>"""
)


def _refused(name: str, problem: str, cure: str) -> InputError:
    return InputError(problem, cure=cure, where=[Where(file=name)])


def _letters(column: bytes) -> int:
    """The number of a column: A is 1."""
    number = 0
    for letter in column:
        number = number * 26 + letter - 64
    return number


def check_names(archive: zipfile.ZipFile, name: str) -> None:
    """Refuse a zip with too many members, or with a member that names a place on disk.

    Raises:
        InputError: naming what is wrong; a member's own name is never used as a path.
    """
    inside = archive.infolist()
    if len(inside) > MOST_MEMBERS:
        raise _refused(
            name,
            f"The file holds {len(inside):,} members; at most {MOST_MEMBERS:,} are read.",
            "Send the table itself.",
        )
    for info in inside:
        path = info.filename.replace("\\", "/")
        if path.startswith("/") or re.match("^[A-Za-z]:", path) or ".." in PurePosixPath(path).parts:
            raise _refused(
                name,
                "A member of the zip has the name of a place on disk (absolute, or with '..').",
                "Make the zip again from the table alone, or send the table itself.",
            )


def check_books(books: Sequence[object], name: str) -> None:
    """Refuse a zip with more workbooks than are read at once.

    Raises:
        InputError: naming how many there are.
    """
    if len(books) > MOST_BOOKS:
        raise _refused(
            name,
            f"The zip holds {len(books):,} workbooks; at most {MOST_BOOKS} are read.",
            "Send them one by one.",
        )


def check_sizes(archive: zipfile.ZipFile, name: str, most: int = MOST_BYTES) -> None:
    """Refuse a zip whose members say that they are too large unpacked.

    Args:
        archive: the zip or workbook.
        name: its name.
        most: bytes that it may hold when unpacked.

    Raises:
        InputError: before anything is unpacked.
    """
    every = archive.infolist()
    whole = sum(info.file_size for info in every)
    if whole > most:
        raise _refused(
            name,
            f"The file would unpack to {whole / 1e6:,.0f} MB; at most {most / 1e6:,.0f} MB are read.",
            "Send the table itself as CSV, in parts.",
        )
    for info in every:
        if info.file_size > SMALL and info.file_size > MOST_TIMES * max(info.compress_size, 1):
            raise _refused(
                name,
                f"A member is packed more than {MOST_TIMES} times smaller than it is, as no table is.",
                "Send the table itself as CSV.",
            )


def _pieces(data: bytes, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """A member as it inflates, piece by piece, whatever size it says that it has."""
    start = info.header_offset
    head = data[start : start + 30]
    if len(head) < 30 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise zipfile.BadZipFile("a member without a header, or packed in another way")
    named, extra = struct.unpack("<HH", head[26:30])
    at = start + 30 + named + extra
    packed = memoryview(data)[at : at + info.compress_size]
    if info.compress_type == zipfile.ZIP_STORED:
        yield from (bytes(packed[n : n + _PIECE]) for n in range(0, len(packed), _PIECE))
        return
    engine = zlib.decompressobj(-15)
    for n in range(0, len(packed), _PIECE):
        rest = bytes(packed[n : n + _PIECE])
        while rest and not engine.eof:
            yield engine.decompress(rest, _PIECE)
            rest = engine.unconsumed_tail


def check_workbook(data: bytes, archive: zipfile.ZipFile, name: str, most: int = MOST_BYTES) -> None:
    """Refuse a workbook that inflates beyond what it says, or whose sheets span too many cells.

    Args:
        data: its content.
        archive: the same, opened.
        name: its name.
        most: bytes that it may hold when unpacked.

    Raises:
        InputError: naming what is wrong.
        zipfile.BadZipFile: when it is damaged.
    """
    whole = 0
    for info in archive.infolist():
        rows, columns, before = 9_999, 26, b""
        own = 0
        for piece in _pieces(data, info):
            own += len(piece)
            whole += len(piece)
            if whole > most or (own > SMALL and own > MOST_TIMES * max(info.compress_size, 1)):
                raise _refused(
                    name, "The workbook unpacks to far more than a table holds.", "Send the sheet as CSV."
                )
            seen = before + piece
            if info.filename.endswith(".xml"):
                for wide, low, near, far in _FAR.findall(seen):
                    columns = max(columns, _letters(wide or near))
                    rows = max(rows, int(low or far))
                _check_repeats(seen, info.filename, name)
            if rows * columns > MOST_CELLS:
                raise _refused(
                    name,
                    f"A sheet spans {rows:,} rows by {columns:,} columns.",
                    "Delete the rows and columns beside the table, save it again, or send the sheet as CSV.",
                )
            before = seen[-_ROW - 500 :]


def _check_repeats(seen: bytes, member: str, name: str) -> None:
    if not member.endswith("content.xml"):
        return
    filled = any(b"value" in cell for cell in _REPEATED_CELL.findall(seen))
    for row in _REPEATED_ROW.findall(seen):
        cells, end, _ = row.partition(b"</table:table-row>")
        # A row that goes on and on may hold something further along.
        filled = filled or b"value" in cells or (not end and len(row) == _ROW)
    if filled:
        raise _refused(
            name,
            "A filled row or cell of the sheet is repeated more than a thousand times.",
            "Delete the repeated rows, or send the sheet as CSV.",
        )


def check_lines(data: bytes, name: str) -> None:
    """Refuse a text with a line longer than any table has, before it is decoded.

    Raises:
        InputError: naming the line by how far down the file it starts.
    """
    at, size = 0, len(data)
    while size - at > LONGEST_LINE:
        end = at + LONGEST_LINE
        last = max(data.rfind(b"\n", at, end), data.rfind(b"\r", at, end))
        if last < 0:
            first = "The first line" if at == 0 else "A line"
            raise _refused(
                name,
                f"{first} is longer than {LONGEST_LINE:,} bytes, as no table's is.",
                "Export the table again as CSV, one row a line.",
            )
        at = last + 1


def check_columns(columns: int, name: str) -> None:
    """Refuse a table with more headings than a spreadsheet holds.

    Raises:
        InputError: naming how many there are.
    """
    if columns > MOST_COLUMNS:
        raise _refused(
            name,
            f"The table has {columns:,} columns; at most {MOST_COLUMNS:,} are read.",
            "Send only the columns of the table.",
        )


def check_values(rows: int, columns: int, name: str) -> None:
    """Refuse a Parquet file with more values than can be read at once.

    Raises:
        InputError: naming how many there are.
    """
    check_columns(columns, name)
    if rows * columns > MOST_VALUES:
        raise _refused(
            name, f"The file holds {rows:,} rows of {columns:,} columns.", "Send it in parts, a month each."
        )
