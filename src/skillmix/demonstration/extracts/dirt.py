"""Damage with a record: each fault that is put into a file is written down with its place and right value."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
import polars as pl

#: Columns of the list of faults.
FAULT_COLUMNS = ("file", "sheet", "row", "column", "fault", "sent", "right")


@dataclass(eq=False)
class Row:
    """One row as it will be sent.

    Attributes:
        cells: its values by column.
        damaged: whether a fault has been put into it; a row carries at most one.
    """

    cells: dict[str, str]
    damaged: bool = False


@dataclass
class Table:
    """A table on its way to a file: clean at first, then damaged fault by fault.

    Attributes:
        file: name of the file.
        columns: the columns, in order.
        rows: the rows as they will be sent.
        rng: where the chances come from.
        header: the row of the header, as a spreadsheet counts.
        sheet: name of the sheet; empty for a CSV.
        headings: what a column is called in the file, where not by its own name.
    """

    file: str
    columns: list[str]
    rows: list[Row]
    rng: np.random.Generator
    header: int = 1
    sheet: str = ""
    headings: dict[str, str] = field(default_factory=dict)
    _faults: list[tuple[Row | None, str, str, str, str]] = field(default_factory=list)

    @classmethod
    def of(
        cls, file: str, frame: pl.DataFrame, seed: Iterable[int], *, header: int = 1, sheet: str = ""
    ) -> Table:
        """A clean table from a frame; every value becomes text, null becomes empty."""
        texts = frame.with_columns(pl.all().cast(pl.String).fill_null(""))
        rows = [Row(dict(cells)) for cells in texts.rows(named=True)]
        return cls(file, frame.columns, rows, np.random.default_rng([*seed]), header, sheet)

    def clean(self) -> pl.DataFrame:
        """The rows as they stand."""
        return pl.DataFrame(
            [row.cells for row in self.rows], schema=dict.fromkeys(self.columns, pl.String), strict=False
        )

    def some(self, many: int, where: Callable[[dict[str, str]], bool] | None = None) -> list[Row]:
        """Some rows without a fault, at random; fewer where fewer are fit for it."""
        fit = [row for row in self.rows if not row.damaged and (where is None or where(row.cells))]
        chosen = self.rng.permutation(len(fit))[:many]
        return [fit[n] for n in sorted(chosen.tolist())]

    def change(self, row: Row, column: str, sent: str, fault: str, right: str | None = None) -> None:
        """Puts a fault into a cell; what stood there is the right value unless told otherwise."""
        self.note(row, column, fault, sent, row.cells[column] if right is None else right)
        row.cells[column] = sent

    def each(
        self,
        many: int,
        column: str,
        sent: Callable[[str], str],
        fault: str,
        where: Callable[[dict[str, str]], bool] | None = None,
        right: str | None = None,
    ) -> None:
        """Puts the same fault into some rows that have a value in the column and would change by it."""
        for row in self.some(
            many, lambda c: bool(c[column]) and sent(c[column]) != c[column] and (where is None or where(c))
        ):
            self.change(row, column, sent(row.cells[column]), fault, right)

    def note(self, row: Row | None, column: str, fault: str, sent: str, right: str) -> None:
        """Records a fault that stands already, or one of the whole file where there is no row."""
        if row is not None:
            row.damaged = True
        self._faults.append((row, column, fault, sent, right))

    def convert(self, column: str, how: Callable[[str], str]) -> None:
        """Writes a whole column in another form, the faults in it as well."""
        for row in self.rows:
            row.cells[column] = how(row.cells[column])
        self._faults = [
            (row, name, fault, how(sent) if name == column and row is not None else sent, right)
            for row, name, fault, sent, right in self._faults
        ]

    def copy(self, many: int, fault: str = "row_sent_twice") -> None:
        """Repeats some rows, further down."""
        for row in self.some(many):
            row.damaged = True
            again = Row(dict(row.cells))
            place = int(self.rng.integers(self.rows.index(row) + 1, len(self.rows) + 1))
            self.rows.insert(place, again)
            self.note(again, "", fault, "the whole row", "leave out")

    def insert(
        self, cells: dict[str, str], fault: str, right: str = "leave out", at: int | None = None
    ) -> None:
        """Adds a row that does not belong in the figures."""
        row = Row({column: cells.get(column, "") for column in self.columns})
        self.rows.insert(len(self.rows) if at is None else at, row)
        self.note(row, "", fault, "the whole row", right)

    def faults(self) -> pl.DataFrame:
        """The list of faults, each at the row where a spreadsheet shows it."""
        number = {id(row): self.header + 1 + n for n, row in enumerate(self.rows)}
        listed = [
            (
                self.file,
                self.sheet,
                None if row is None else number[id(row)],
                self.headings.get(column, column),
                fault,
                sent,
                right,
            )
            for row, column, fault, sent, right in self._faults
        ]
        schema = {name: pl.Int64 if name == "row" else pl.String for name in FAULT_COLUMNS}
        return pl.DataFrame(listed, schema=schema, orient="row").sort("row", "column", nulls_last=True)

    def heading_row(self) -> list[str]:
        """The headings as the file shows them."""
        return [self.headings.get(column, column) for column in self.columns]

    def values(self) -> list[list[str]]:
        """The values as they will be sent."""
        return [[row.cells[column] for column in self.columns] for row in self.rows]


def scaled(many: int, rows: int, of: int = 1000) -> int:
    """How many faults of a kind a table of so many rows gets: at least one."""
    return max(1, round(many * min(rows, 4 * of) / of))


def serial(day: str) -> str:
    """A date of the form dd/mm/yyyy as the number that a spreadsheet keeps."""
    d, m, y = (int(part) for part in day.split("/"))
    return str(int((np.datetime64(f"{y:04d}-{m:02d}-{d:02d}") - np.datetime64("1899-12-30")).astype(int)))


def short_year(day: str) -> str:
    """A date of the form dd/mm/yyyy with two digits of the year."""
    return f"{day[:6]}{day[-2:]}"


def decimal_comma(number: str) -> str:
    """A number with a decimal comma, and one decimal where it is whole."""
    whole, _, part = number.partition(".")
    return f"{whole},{part.rstrip('0') or '0'}"
