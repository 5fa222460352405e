"""Comments as pages show them: beside the panel that they are about, signed and dated."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from skillmix.web.figures.models import Comment
from skillmix.web.figures.services import may_speak, written
from skillmix.web.panels.panel import Placed
from skillmix.web.panels.reading import Reading


@dataclass(frozen=True)
class Remark:
    """One comment as it is shown.

    Attributes:
        number: its number.
        text: what is said.
        signed: who said it.
        organisation: the organisation that it was said for.
        made: when.
        contested: whether it says that the figure is wrong.
        own: whether this reader may withdraw it.
    """

    number: int
    text: str
    signed: str
    organisation: str
    made: dt.datetime
    contested: bool
    own: bool


@dataclass(frozen=True)
class Remarks:
    """The comments of one panel, and where to say more.

    Attributes:
        said: the comments, the oldest first.
        address: where to comment; empty where the reader may not.
    """

    said: tuple[Remark, ...] = ()
    address: str = ""

    @property
    def contested(self) -> bool:
        """Whether anybody says that the figure is wrong."""
        return any(one.contested for one in self.said)


def address(slug: str, placed: Placed) -> str:
    """Where to comment on a panel."""
    query = {"panel": placed.name, **{k: v for k, v in placed.parameters.items() if v}}
    return f"/{slug}/comments/new/?{urlencode(query)}"


def remarks_of(reading: Reading, shown: Iterable[Placed]) -> Mapping[str, Remarks]:
    """The comments on the panels of a page, by panel; one query for all."""
    shown = list(shown)
    standing = Comment.objects.filter(
        place=reading.slug, panel__in={p.name for p in shown}, withdrawn__isnull=True
    )
    own = reading.principal.where("comment")
    by_panel: dict[tuple[str, str], list[Comment]] = {}
    for one in standing if shown else ():
        by_panel.setdefault((one.panel, one.parameters), []).append(one)
    return {
        p.key: Remarks(
            tuple(_remark(reading, c, own) for c in by_panel.get((p.name, written(p.parameters)), [])),
            address(reading.slug, p) if may_speak(reading, p) else "",
        )
        for p in shown
    }


def _remark(reading: Reading, comment: Comment, own: frozenset[str]) -> Remark:
    about = reading.place.organisations.get(comment.organisation)
    return Remark(
        number=comment.pk,
        text=comment.text,
        signed=comment.signed,
        organisation=about.name if about is not None else comment.organisation,
        made=comment.made,
        contested=comment.kind == Comment.Kind.CONTEST,
        own=comment.organisation in own,
    )
