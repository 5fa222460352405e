"""Readers: what was sent, as tables of text. No reader guesses what a cell means.

A file is one or several candidate tables: the members of a zip, the sheets of a workbook. Each shows its
first rows, so that `headings.py` can find the headings, and gives the rows below them when asked.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from fnmatch import fnmatch
from pathlib import PurePath

import polars as pl

from skillmix.errors import InputError, Where
from skillmix.intake import limits
from skillmix.intake.endings import Cut, cut

#: Records shown to the search for headings.
PREVIEW = 60
#: Bytes that a preview may be cut from.
_HEAD = 400_000
#: Bytes that no text holds on purpose, and the share of them from which a file is no text: a stray one in a
#: cell is taken out with a note.
_CONTROLS = bytes(b for b in range(32) if b not in b"\t\n\v\f\r\x1a\x1b")
_STRAY = 0.02
_DELIMITERS = (",", "\t", ";", "|")
_TEXT_ENDINGS = (".csv", ".tsv", ".txt")
_BOOK_ENDINGS = (".xlsx", ".xlsm", ".xls", ".ods")
_READABLE = (*_TEXT_ENDINGS, *_BOOK_ENDINGS, ".parquet")


@dataclass(frozen=True, slots=True)
class Ragged:
    """A row with more cells than there are headings."""

    row: int
    cells: int


@dataclass(frozen=True, slots=True)
class Body:
    """The rows below the headings, as text.

    Attributes:
        frame: ``row`` (as a spreadsheet numbers it) and one text column a heading, named c0, c1, ...
        ragged: rows that cannot stand, because they hold more cells than there are headings; `frame` has
            the first of their cells.
        cut: the last row, where the text was cut short in it.
    """

    frame: pl.DataFrame
    ragged: list[Ragged] = field(default_factory=list)
    cut: Cut | None = None


@dataclass(frozen=True)
class Candidate:
    """One table that a file may be meant for.

    Attributes:
        name: file, member or sheet, as the sender knows it.
        preview: its first records, cell by cell.
        load: given the number of records up to and with the headings, and of columns, the rows below.
        encoding: how its text was encoded; None for a workbook.
    """

    name: str
    preview: list[list[str]]
    load: Callable[[int, int], Body]
    encoding: str | None = None


def decode(data: bytes, file: str) -> tuple[str, str]:
    """Text and the encoding it was in.

    Raises:
        InputError: when it is no text.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16"), "UTF-16"
        except UnicodeDecodeError:
            raise InputError(
                "The text is damaged or cut short.",
                cure="Export it again, as CSV UTF-8.",
                where=[Where(file=file)],
            ) from None
    head = data[:4096]
    if sum(head.count(byte) for byte in _CONTROLS) > len(head) * _STRAY:
        raise InputError(
            "The file is not a table of text.",
            cure="Send a CSV file, an Excel workbook, a Parquet file, or a zip that holds one.",
            where=[Where(file=file)],
        )
    for encoding, shown in (("utf-8-sig", "UTF-8"), ("cp1252", "Windows-1252")):
        try:
            return data.decode(encoding), shown
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1"), "Latin-1"


def _records(text: str, delimiter: str, most: int) -> Iterator[tuple[list[str], int]]:
    """Records of a text and the characters consumed after each."""
    consumed = 0

    def lines() -> Iterator[str]:
        nonlocal consumed
        for line in io.StringIO(text, newline=""):
            consumed += len(line)
            yield line

    reader = csv.reader(lines(), delimiter=delimiter)
    for number, record in enumerate(reader):
        if number == most:
            return
        yield record, consumed


def _delimiter(head: str) -> str:
    """The delimiter under which most records have as many cells as each other; of equals the widest."""
    best, delimiter = (0, 0), ","
    for tried in _DELIMITERS:
        widths = Counter(len(record) for record, _ in _records(head, tried, PREVIEW) if len(record) > 1)
        if widths:
            width, records = max(widths.items(), key=lambda item: (item[1], item[0]))
            if (records, width) > best:
                best, delimiter = (records, width), tried
    return delimiter


def _names(columns: int) -> list[str]:
    return [f"c{i}" for i in range(columns)]


def _load_slowly(text: str, delimiter: str, first: int, columns: int) -> Body:
    """Read row by row what the fast reader refuses: rows that are too long, stray quotation marks."""
    rows: list[list[str | None]] = []
    ragged = []
    for offset, record in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)):
        if len(record) > columns and any(cell.strip() for cell in record[columns:]):
            ragged.append(Ragged(first + offset, len(record)))
        cells: list[str | None] = [*record[:columns]]
        rows.append(cells + [None] * (columns - len(cells)))
    frame = pl.DataFrame(rows, schema=dict.fromkeys(_names(columns), pl.String), orient="row")
    return Body(frame.with_row_index("row", offset=first).cast({"row": pl.Int64}), ragged)


def _text_table(data: bytes, name: str) -> Candidate:
    limits.check_lines(data, name)
    text, encoding = decode(data, name)
    head = text[:_HEAD]
    try:
        delimiter = _delimiter(head)
        shown = list(_records(head, delimiter, PREVIEW))
    except csv.Error as error:
        raise InputError(
            f"The file cannot be read as a table: {error}.",
            cure="Export it again as CSV UTF-8.",
            where=[Where(file=name)],
        ) from None
    limits.check_columns(max((len(record) for record, _ in shown), default=0), name)

    def load(records: int, columns: int) -> Body:
        rest = text[shown[records - 1][1] :]
        if not rest.strip():
            return Body(pl.DataFrame(schema={"row": pl.Int64, **dict.fromkeys(_names(columns), pl.String)}))
        short = cut(rest, delimiter, columns, records + 1)
        try:
            frame = pl.read_csv(
                rest.encode(),
                has_header=False,
                schema=dict.fromkeys(_names(columns), pl.String),
                separator=delimiter,
                missing_columns="insert",
                row_index_name="row",
                row_index_offset=records + 1,
            )
        except (pl.exceptions.ComputeError, pl.exceptions.SchemaError):
            try:
                return replace(_load_slowly(rest, delimiter, records + 1, columns), cut=short)
            except csv.Error as error:
                raise InputError(
                    f"The rows cannot be read: {error}.",
                    cure="Look for a quotation mark that is opened and not closed, or export again.",
                    where=[Where(file=name)],
                ) from None
        return Body(frame.cast({"row": pl.Int64}), cut=short)

    return Candidate(name, [record for record, _ in shown], load, encoding)


def _cell(value: object) -> str | None:
    """A workbook's cell as text: whole numbers without a point, dates as YYYY-MM-DD."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ")
    return str(value)


def _workbook(data: bytes, name: str) -> list[Candidate]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [
            (sheet, [[_cell(v) for v in row] for row in book.get_sheet_by_name(sheet).to_python(False)])
            for sheet in book.sheet_names
        ]
    except (CalamineError, zipfile.BadZipFile, OSError, ValueError) as error:
        raise InputError(
            f"The workbook cannot be opened ({error}).",
            cure="Save it again without a password, or export the sheet as CSV UTF-8.",
            where=[Where(file=name)],
        ) from None

    def candidate(sheet: str, rows: list[list[str | None]]) -> Candidate:
        def load(records: int, columns: int) -> Body:
            below = [(r + [None] * columns)[:columns] for r in rows[records:]]
            frame = pl.DataFrame(below, schema=dict.fromkeys(_names(columns), pl.String), orient="row")
            return Body(frame.with_row_index("row", offset=records + 1).cast({"row": pl.Int64}))

        preview = [[cell or "" for cell in row] for row in rows[:PREVIEW]]
        return Candidate(f"{name}, sheet {sheet}" if len(sheets) > 1 else name, preview, load)

    return [candidate(sheet, rows) for sheet, rows in sheets if rows]


def _parquet(data: bytes, name: str) -> Candidate:
    try:
        lazy = pl.scan_parquet(io.BytesIO(data))
        limits.check_values(lazy.select(pl.len()).collect().item(), len(lazy.collect_schema()), name)
        frame = lazy.collect()
    except (pl.exceptions.PolarsError, OSError) as error:
        raise InputError(
            f"The Parquet file cannot be opened ({error}).",
            cure="Export it again.",
            where=[Where(file=name)],
        ) from None
    text = frame.select(pl.all().cast(pl.String))

    def load(records: int, columns: int) -> Body:
        below = text.select(text.columns[:columns]).slice(records - 1)
        below.columns = _names(columns)
        return Body(below.with_row_index("row", offset=records + 1).cast({"row": pl.Int64}))

    rows = [["" if v is None else str(v) for v in row] for row in text.head(PREVIEW).rows()]
    return Candidate(name, [frame.columns, *rows], load)


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> list[Candidate]:
    return open_tables(archive.read(info), info.filename, inside=True)


def _chosen(archive: zipfile.ZipFile, name: str, members: tuple[str, ...]) -> list[zipfile.ZipInfo]:
    """The members to read: those that the source names, else every table."""
    inside = [i for i in archive.infolist() if not i.is_dir()]
    readable = [
        i
        for i in inside
        if i.filename.casefold().endswith((*_READABLE, ".zip"))
        and not PurePath(i.filename).name.startswith(".")
    ]
    named = [i for i in readable if any(fnmatch(PurePath(i.filename).name, m) for m in members)]
    if chosen := named or readable:
        return chosen
    raise InputError(
        f"The zip holds no table, only {', '.join(i.filename for i in inside[:10]) or 'nothing'}.",
        cure="Send the zip as it was published, or the table itself.",
        where=[Where(file=name)],
    )


def _is_workbook(archive: zipfile.ZipFile) -> bool:
    names = set(archive.namelist())
    if "xl/workbook.bin" in names:
        raise InputError(
            "The workbook is saved in Excel's binary form (xlsb).",
            cure="Save it as .xlsx, or export the sheet as CSV UTF-8.",
        )
    return "[Content_Types].xml" in names or "content.xml" in names


def _zip(data: bytes, name: str, members: tuple[str, ...], inside: bool) -> list[Candidate]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            limits.check_names(archive, name)
            most = limits.MOST_BYTES_INSIDE if inside else limits.MOST_BYTES
            limits.check_sizes(archive, name, most)
            if _is_workbook(archive) and (not inside or name.casefold().endswith(_BOOK_ENDINGS)):
                limits.check_workbook(data, archive, name, most)
                return _workbook(data, name)
            if inside:
                raise InputError(
                    "The zip holds another zip.", cure="Unpack it, and send the table itself.",
                    where=[Where(file=name)],
                )  # fmt: skip
            chosen = _chosen(archive, name, members)
            limits.check_books([i for i in chosen if i.filename.casefold().endswith(_BOOK_ENDINGS)], name)
            return [table for info in chosen for table in _member(archive, info)]
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError):
        raise InputError(
            "The zip or workbook is damaged or cut short.",
            cure="Download or copy it again; nothing of it was read.",
            where=[Where(file=name)],
        ) from None
    except RuntimeError:
        raise InputError(
            "The zip is locked with a password.",
            cure="Unpack it, and send the table itself.",
            where=[Where(file=name)],
        ) from None


def open_tables(
    data: bytes, file: str, members: tuple[str, ...] = (), *, inside: bool = False
) -> list[Candidate]:
    """The tables that a file may be meant for, whatever its ending says.

    Args:
        data: the file's content.
        file: its name, for messages.
        members: patterns of the member of a zip to prefer, such as ``*Individual Level.csv``.
        inside: whether it comes out of a zip, which may hold no other.

    Returns:
        One candidate a table: one for a CSV or Parquet file, one a sheet, one a readable member.

    Raises:
        InputError: when the file is empty, damaged, locked, holds no table, or is beyond `limits`.
    """
    if not data.strip():
        raise InputError("The file is empty.", cure="Export or download it again.", where=[Where(file=file)])
    if data.startswith(b"PK"):
        return _zip(data, file, members, inside)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return _workbook(data, file)
    if data.startswith(b"PAR1"):
        return [_parquet(data, file)]
    if data.startswith(b"%PDF"):
        raise InputError(
            "The file is a PDF, not a table.",
            cure="Send the CSV file or the workbook that was published with it.",
            where=[Where(file=file)],
        )
    return [_text_table(data, file)]
