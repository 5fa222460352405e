"""What a field map may declare: columns, values, tables, people, and how rows are known to be the place's."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import Field, model_validator

from skillmix.intake.declared_reading import Across, Part, Reads
from skillmix.intake.values import DateParts, Lookup, Value, ValueOf

__all__ = [
    "NOT_PLAIN",
    "Column",
    "Complete",
    "DateParts",
    "FieldMap",
    "LeftOut",
    "Limit",
    "Lookup",
    "Maker",
    "OtherReport",
    "Person",
    "Table",
    "Value",
    "Within",
    "plain",
]

#: How the cells of a column are read.
Cast = Literal[
    "text", "name", "code", "integer", "quantity", "date", "year", "month_start", "month_end", "month_after"
]


#: What does not matter in a heading.
NOT_PLAIN = "[^0-9a-z%#£]+"


def plain(heading: str) -> str:
    """A heading without case, spaces, underscores or points, so that its spellings meet.

    >>> plain("Detailed_Staff Role") == plain("DETAILEDSTAFFROLE")
    True
    """
    return re.sub(NOT_PLAIN, "", heading.casefold())


class Limit(Part):
    """The largest plausible number of a column in some of the rows.

    Attributes:
        maximum: the largest number; a row with a larger one is set aside.
        when: only in rows whose column holds one of these words; every row where it is empty.
        cure: what to do about a larger one.
    """

    maximum: float
    when: dict[str, tuple[str, ...]] = {}
    cure: str = "Correct it at its source."


class Column(Part):
    """One column of the source.

    Attributes:
        headings: the heading and its synonyms; case, spaces, underscores and points do not matter.
        cast: how its cells are read.
        required: whether the file must have it and each row must fill it.
        optional: whether the file may come without it.
        nulls: cells that stand for nothing in this column alone.
        extract: a pattern whose first group is read instead of the whole cell.
        formats: the forms that a date may have, such as ``%d/%m/%Y``.
        serial: whether a date may be a spreadsheet's serial number.
        minimum: smallest number allowed.
        maximum: largest number allowed.
        limits: largest numbers that are plausible in some of the rows.
        codes: the codes allowed; empty means any.
        reference: name of the reference list that holds the codes allowed.
        pattern: what the whole cell must look like.
        identifier: whether it identifies a person: never shown; the person's own is hashed at the door, any
            other is not kept at all.
        private: whether its cells say more than may be kept, such as a birth date: never shown, and only what
            `extract` reads of it is kept.
        lenient: whether a cell that cannot be read is told and its row loaded without it; else the row is set
            aside.
        without: what to say of rows that hold nothing here, after how many: ``practices have no network``.
        reads: how its cells are read besides; see `declared_reading.Reads`.
        describe: what it holds, in a planner's words.
    """

    headings: tuple[str, ...] = Field(min_length=1)
    cast: Cast = "text"
    required: bool = False
    optional: bool = False
    nulls: tuple[str, ...] = ()
    extract: str | None = None
    formats: tuple[str, ...] = ("%Y-%m-%d", "%d/%m/%Y")
    serial: bool = False
    minimum: float | None = None
    maximum: float | None = None
    limits: tuple[Limit, ...] = ()
    codes: tuple[str, ...] = ()
    reference: str | None = None
    pattern: str | None = None
    identifier: bool = False
    private: bool = False
    lenient: bool = False
    without: str = ""
    reads: Reads = Reads()
    describe: str = ""

    @model_validator(mode="after")
    def _numbers(self) -> Column:
        if self.limits and self.cast not in ("integer", "quantity"):
            raise ValueError("limits are for numbers: the cast must be integer or quantity")
        return self


class Complete(Part):
    """Facts that a source leaves out because they are nought.

    Attributes:
        column: column of the table, such as the kind of flow.
        words: the words that it should hold for everything else that the facts name.
        fill: what the facts that are left out hold, such as ``{headcount = 0}``.
    """

    column: str
    words: tuple[str, ...]
    fill: dict[str, int]


class Table(Part):
    """One canonical table that the source feeds.

    Attributes:
        name: the canonical table.
        values: for each of its columns, where the value comes from.
        where: only rows whose column holds one of these words.
        each: for rows that hold several groups: one fact for each item, whose values stand over `values`.
        unless: values of which one at least must hold something, else no fact is made.
        distinct: whether equal facts are one (networks named on each practice's row).
        total: columns that are added up over facts that are alike in everything else, so that there is one.
        complete: facts that the source leaves out because they are nought; they are numbered on after the
            last row.
    """

    name: str
    values: dict[str, ValueOf]
    where: dict[str, tuple[str, ...]] = {}
    each: tuple[dict[str, ValueOf], ...] = ()
    unless: tuple[str, ...] = ()
    distinct: bool = False
    total: tuple[str, ...] = ()
    complete: Complete | None = None


class Person(Part):
    """The identifier of a person: hashed, with a scope within which it means the same person.

    Attributes:
        column: column that holds it.
        kind: kind of identifier.
        scope: columns that the hash also covers: an identifier issued anew each release must not tie people
            of two releases together.
        needed: rows that must have one, by the words of a column; others are lines without a person.
    """

    column: str
    kind: str
    scope: tuple[str, ...] = ()
    needed: dict[str, tuple[str, ...]] = {}


class Within(Part):
    """How a row is known to be about this place, and how a new organisation of the place is described.

    Attributes:
        organisation: column with the code of the organisation, or of the area.
        of: whether that code names an organisation or an area of the place.
        sub_icb: column with the code of the sub-ICB: every row of this place's sub-ICB is in.
        name: column with the organisation's name.
        kind: kind of organisation, from `organisation_kinds`.
        sector: its sector.
        parent: column with the code of its parent.
        given: whether the sender names the organisation where the file does not, or a row does not.
        besides: headings that may hold another organisation's code, where the sender names one.
    """

    organisation: str
    of: Literal["organisation", "area"] = "organisation"
    sub_icb: str | None = None
    name: str | None = None
    kind: str | None = None
    sector: str | None = None
    parent: str | None = None
    given: bool = False
    besides: tuple[str, ...] = ()


class LeftOut(Part):
    """Rows that do not belong in the figures: counted as not used, and told.

    Attributes:
        when: the words of a column by which they are known, whatever their case.
        says: what one and several of them are, after how many: ``row is of bank staff``.
    """

    when: dict[str, tuple[str, ...]] = Field(min_length=1)
    says: tuple[str, str]


class OtherReport(Part):
    """Another report with the columns of this source, which must not be taken for it.

    Attributes:
        headings: columns that only the other report fills in most rows.
        says: what it is: ``a report of leavers``.
        cure: what to send instead.
    """

    headings: tuple[str, ...] = Field(min_length=1)
    says: str
    cure: str


class Maker(Part):
    """Facts that columns alone cannot say: a function of `intake/` makes them.

    Attributes:
        name: its name in `intake/makers.py`.
        tables: the tables that it feeds.
    """

    name: Literal["one_page_return"]
    tables: tuple[str, ...] = Field(min_length=1)


class FieldMap(Part):
    """A source: who publishes or sends it, its columns, and the facts they become.

    Attributes:
        name: name of the source, the one in every submission.
        title: its title.
        publisher: who publishes or sends it.
        licence: under which licence, or agreement.
        describe: what it holds, in a planner's words.
        origin: published by a statistics publisher, or sent by a partner.
        grain: what one row is.
        members: patterns of the member to read when it comes as a zip.
        nulls: cells that stand for nothing in any column.
        notes: what to know before relying on it.
        columns: its columns, by the names that the map uses.
        where: rows to read, by the words of a column; others are not used.
        left_out: rows of no use, each kind told with its number.
        not_with: other reports that have these columns as well, known by further headings, and refused.
        totals: words by which a row of totals is known, where its first filled cell begins with one.
        within: how a row is known to be about the place.
        person: the identifier of a person, where it has one.
        across: months that may stand across, one column a measure and month.
        edition: whether the release is given by hand, or is the latest date that the rows carry.
        days_of_rows: whether each row carries a day of its own, so that a day given with the file is the day
            of the export, which rules look at.
        tables: the facts that it feeds.
        maker: what makes its facts in place of `tables`.
    """

    name: str
    title: str
    publisher: str
    licence: str
    describe: str
    origin: Literal["published", "sent"]
    grain: str
    members: tuple[str, ...] = ("*.csv",)
    nulls: tuple[str, ...] = ("", "NULL", "NA", "N/A")
    notes: tuple[str, ...] = ()
    columns: dict[str, Column]
    where: dict[str, tuple[str, ...]] = {}
    left_out: tuple[LeftOut, ...] = ()
    not_with: tuple[OtherReport, ...] = ()
    totals: tuple[str, ...] = ()
    within: Within
    person: Person | None = None
    across: Across | None = None
    edition: Literal["given", "latest_date"] = "given"
    days_of_rows: bool = False
    tables: tuple[Table, ...] = ()
    maker: Maker | None = None

    @model_validator(mode="after")
    def _names(self) -> FieldMap:
        from skillmix.schema.catalogue import FACTS

        if bool(self.tables) == (self.maker is not None):
            raise ValueError("give either tables or a maker")
        for column, words in [
            ("where", self.where),
            *((f"tables[{t.name}].where", t.where) for t in self.tables),
            *(("left_out", left.when) for left in self.left_out),
            *((f"columns.{k}.limits", limit.when) for k, c in self.columns.items() for limit in c.limits),
        ]:
            if unknown := set(words) - set(self.columns):
                raise ValueError(
                    f"{column} names the column {sorted(unknown)[0]!r}, which the map does not have"
                )
        for table in self.tables:
            if table.name not in FACTS:
                raise ValueError(f"there is no table {table.name!r} of facts")
            known = set(FACTS[table.name].columns())
            for values in (table.values, *table.each):
                if unknown := set(values) - known:
                    raise ValueError(f"the table {table.name!r} has no column {sorted(unknown)[0]!r}")
                if unknown := set(table.total) - known:
                    raise ValueError(f"the table {table.name!r} has no column {sorted(unknown)[0]!r}")
                named = {c for value in values.values() for c in value.named}
                if unknown := named - set(self.columns) - {"person_key"}:
                    raise ValueError(f"the map has no column {sorted(unknown)[0]!r}")
        for name in {t.name for t in self.tables}:
            same = [t for t in self.tables if t.name == name]
            if any(t.complete for t in same) and (len(same) > 1 or same[0].each):
                raise ValueError(f"{name!r} can be completed only where it stands once and has no each")
            if len({len(t.each) for t in same}) > 1:
                raise ValueError(f"every [[tables]] of {name!r} needs as many items of each")
        born = {
            column
            for table in self.tables
            for values in (table.values, *table.each)
            if (value := values.get("birth_year")) is not None
            for column in (value.column, *value.first)
            if column is not None
        }
        declared = {c: self.columns[c] for c in born}
        if whole := sorted(
            c for c, d in declared.items() if not (d.private and (d.extract or d.cast == "year"))
        ):
            raise ValueError(
                f"the column {whole[0]!r} gives a year of birth: mark it private, and extract the year"
            )
        if self.person and not self.columns[self.person.column].identifier:
            raise ValueError("the person's column must be marked as an identifier")
        return self

    @property
    def feeds(self) -> tuple[str, ...]:
        """The tables that it feeds, each once."""
        made = () if self.maker is None else self.maker.tables
        return tuple(dict.fromkeys((*(t.name for t in self.tables), *made)))

    @property
    def wanted(self) -> dict[str, str]:
        """For each plain heading, the first column of the map that has it."""
        wanted: dict[str, str] = {}
        for key, column in self.columns.items():
            for heading in column.headings:
                wanted.setdefault(plain(heading), key)
        return wanted
