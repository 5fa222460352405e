"""What a field map may declare of how cells are read besides their cast, and of months that stand across."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Part(BaseModel):
    """A part of a declaration: what it does not know is refused, and it does not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Reads(Part):
    """How the cells of a column are read besides their cast; each by rule, none by guess.

    Attributes:
        accounting: whether its numbers may be written as ledgers print them: brackets for below nought,
            thousands parted by commas, a pound sign, a lone minus for nought.
        capitals: whether it is a code whose case does not matter; kept in capitals.
        sought: whether `extract` looks for something that need not be there: a cell without it holds nothing.
        carried: whether the column heads groups: where under half of the rows fill it, an empty cell means
            what stands above, and a row that fills nothing else is a heading.
        months: forms in which a month may be written, such as ``%b-%y``; ``financial`` is M03 2026/27.
    """

    accounting: bool = False
    capitals: bool = False
    sought: bool = False
    carried: bool = False
    months: tuple[str, ...] = ()


class Since(Part):
    """Whole months, or years, from one column to another; of a year of birth, the years from that year."""

    start: str
    end: str
    unit: Literal["months", "years"]


class Across(Part):
    """Months that may stand across: columns such as ``Budget WTE Jun-26`` in place of a column of the month.

    Attributes:
        month: the column that holds the month where each has a row of its own.
        measures: the columns that stand once a month; one fact is made of each month that holds something.
    """

    month: str
    measures: tuple[str, ...] = Field(min_length=1)
