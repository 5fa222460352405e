"""What a home page consists of, whichever role it is for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.urls import NoReverseMatch, reverse

from skillmix.web.panels.panel import Placed
from skillmix.web.panels.reading import Reading


@dataclass(frozen=True)
class Link:
    """A way on.

    Attributes:
        text: words of the link.
        href: its address.
    """

    text: str
    href: str


@dataclass(frozen=True)
class Standing:
    """Where a submission stands.

    Attributes:
        title: what was sent.
        as_of: the date that it is true for.
        state: how it stands, in words.
        tag: colour of its tag.
        todo: what is left to do; empty where nothing is.
    """

    title: str
    as_of: dt.date | None
    state: str
    tag: str
    todo: str


@dataclass(frozen=True)
class Home:
    """A home page.

    Attributes:
        template: the template that lays it out.
        title: its heading.
        panels: its panels, the answer first.
        lead: a sentence below the heading; empty where a panel says it.
        rest: heading of what follows the first panel; empty where it needs none.
        next: where to go from here.
        others: the same page for other organisations of the reader's own.
        standing: where the reader's submissions stand; None on homes that are not about an organisation.
        facts: labelled sentences that no figure of staff is in.
    """

    title: str
    panels: Sequence[Placed] = ()
    lead: str = ""
    rest: str = ""
    next: Sequence[Link] = ()
    others: Sequence[Link] = ()
    standing: Sequence[Standing] | None = None
    facts: Sequence[tuple[str, str]] = field(default_factory=tuple)
    template: str = "figures/home.jinja"


Make = Callable[[Reading, str], Home]


def links(reading: Reading, *wanted: tuple[str, str, str]) -> list[Link]:
    """Links to pages that there are and that the reader may open.

    Args:
        reading: who looks.
        wanted: words, name of the address, ability that it needs.
    """
    found = []
    for text, name, ability in wanted:
        if ability not in reading.principal.abilities:
            continue
        try:
            found.append(Link(text, reverse(name, kwargs={"place": reading.slug})))
        except NoReverseMatch:
            continue
    return found
