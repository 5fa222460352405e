"""Panels: a finding with its chart, its table, its notes and its downloads. Pages are made of panels.

A panel is known by its name and a few parameters, so that its chart and its files have an address of their
own, under the same permission, and an organisation can comment on it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from skillmix.disclosure import Released
from skillmix.errors import InputError, Where
from skillmix.report.document import Column, Table
from skillmix.web.panels.reading import Reading

Parameters = Mapping[str, str]
#: The longest value of a parameter, and the longest identity of a panel on its page.
_LONGEST = 80


@dataclass(frozen=True)
class Panel:
    """One finding.

    Attributes:
        title: the question that it answers, or the finding itself.
        table: its figures, as `report.document.Table`: title, columns with their style, rows, note.
        released: the released figures that its rows come from; none only where nothing is a figure of staff.
        sentence: the finding in one plain sentence; empty where the table speaks.
        chart: a Vega-Lite specification with its data; None where a table says it better.
        summary: what the chart shows, for those who do not see it.
        notes: what must be said beside it.
        empty: what to do, in a sentence, where there is nothing to show.
        subject: organisation that the figures are about, for comments; empty for the place.
        links: for the first column, the address that a row leads to, by the row's position.
        marks: for a row's position, a word and colour shown as a tag beside its name.
        days: the dates that the rows are of, where they are a part of what was released.
    """

    title: str
    table: Table
    released: Sequence[Released] = ()
    sentence: str = ""
    chart: dict[str, Any] | None = None
    summary: str = ""
    notes: Sequence[str] = ()
    empty: str = ""
    subject: str = ""
    links: Mapping[int, str] = field(default_factory=dict)
    marks: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    days: Sequence[dt.date] = ()

    @property
    def synthetic(self) -> bool:
        """Whether anything in it is invented."""
        return self.table.synthetic or any(r.synthetic for r in self.released)

    @property
    def columns(self) -> Sequence[Column]:
        """The table's columns."""
        return self.table.columns

    @property
    def oldest(self) -> str:
        """The dates that the facts are of, written out; empty where none is known."""
        from skillmix.measures.figures import spell_date

        days = list(self.days) or [
            d for r in self.released for d in (r.oldest_as_of, r.newest_as_of) if d is not None
        ]
        if not days:
            return ""
        first, last = min(days), max(days)
        return spell_date(first) if first == last else f"{spell_date(first)} to {spell_date(last)}"


Make = Callable[[Reading, Parameters], Panel]


@dataclass(frozen=True)
class Declared:
    """A panel as it is declared.

    Attributes:
        name: its name in addresses.
        make: works it out.
        parameters: the parameters that it takes; any other is refused.
        needs: the ability that it needs.
        kept: whether it is the same for everybody who is shown the same figures of the place.
    """

    name: str
    make: Make
    parameters: tuple[str, ...] = ()
    needs: str = "figures"
    kept: bool = True


PANELS: dict[str, Declared] = {}


def panel(name: str, *parameters: str, needs: str = "figures", kept: bool = True) -> Callable[[Make], Make]:
    """Declare a panel under a name.

    Args:
        name: its name in addresses, in lower case with hyphens.
        parameters: the parameters that it takes, all text.
        needs: the ability that it needs.
        kept: whether it is the same for everybody who is shown the same figures of the place; where it also
            rests on something else, such as other places, it is worked out each time.
    """

    def declare(make: Make) -> Make:
        if name in PANELS:
            raise ValueError(f"two panels are named {name!r}")
        PANELS[name] = Declared(name, make, parameters, needs, kept)
        return make

    return declare


@dataclass(frozen=True)
class Placed:
    """A panel on a page: with its name and parameters, from which its addresses follow.

    Attributes:
        name: its name.
        parameters: its parameters.
        panel: the panel.
        slug: the place's word in the address.
        wholly_invented: whether everything known of the place is invented.
    """

    name: str
    parameters: Parameters
    panel: Panel
    slug: str
    wholly_invented: bool = False

    @property
    def invented(self) -> str:
        """What is said of it where anything in it is invented; empty where nothing is."""
        if not self.panel.synthetic:
            return ""
        return "Invented" if self.wholly_invented else "Invented in part"

    @property
    def key(self) -> str:
        """Its identity within the page."""
        words = "-".join([self.name, *(v for v in self.parameters.values() if v)])
        return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")[:_LONGEST]

    def url(self, ending: str) -> str:
        """Address of its chart or file: csv, xlsx, json, parquet, svg, png or chart."""
        query = urlencode({k: v for k, v in self.parameters.items() if v})
        return f"/{self.slug}/panels/{self.name}.{ending}" + (f"?{query}" if query else "")


def placed(reading: Reading, name: str, **parameters: str) -> Placed:
    """A panel for a reader, worked out once for everybody who is shown the same.

    Raises:
        InputError: when there is no such panel or it does not take a parameter.
        ScopeError: when the reader may not see it.
    """
    from skillmix.errors import ScopeError

    declared = PANELS.get(name)
    if declared is None:
        raise InputError("There is no such table or chart.", cure="Go back to the page that it stands on.")
    if declared.needs not in reading.principal.abilities:
        raise ScopeError("Your memberships do not allow this.", cure="Ask a place administrator.")
    if unknown := sorted(set(parameters) - set(declared.parameters)):
        raise InputError(
            f"{name} does not take {unknown[0]!r}.",
            cure=f"It takes {', '.join(declared.parameters) or 'nothing'}.",
            where=[Where(column=unknown[0])],
        )
    given = {k: v for k, v in sorted(parameters.items()) if v}
    for name_of, value in given.items():
        # Codes, lists of codes, run ids: nothing that a header, a log or a key could be bent with.
        if len(value) > _LONGEST or not value.isprintable() or set(value) & set("\"'<>;&"):
            raise InputError(
                "That is no value of this table or chart.",
                cure="Go back to the page that it stands on.",
                where=[Where(column=name_of)],
            )
    if declared.kept:
        made = reading.keep(("panel", name, tuple(given.items())), lambda: declared.make(reading, given))
    else:
        made = declared.make(reading, given)
    return Placed(name, given, made, reading.slug, reading.wholly_invented)
