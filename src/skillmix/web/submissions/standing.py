"""What pages show of an organisation now, whatever source it is from, and what a submission does to it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import polars as pl

from skillmix import intake, measures
from skillmix.web.panels.reading import Reading
from skillmix.web.submissions.counts import Count
from skillmix.web.submissions.models import Upload
from skillmix.web.submissions.returns import SOURCE, TITLE

#: Below this part of what is shown now, whoever publishes is warned.
PART = 2 / 3


@dataclass(frozen=True)
class Shown:
    """What pages show of an organisation now.

    Attributes:
        people: people; None where they are not known, or not shown to this reader.
        fte: full-time equivalents of the whole organisation; None likewise.
        as_of: the newest day of the figures.
        titles: titles of the sources that they are from.
        sources: their names.
        rows: whether they are counted from rows of staff, not from totals.
    """

    people: int | None
    fte: float | None
    as_of: dt.date
    titles: str
    sources: tuple[str, ...]
    rows: bool

    @property
    def words(self) -> str:
        """How much, as ``80 people, 61.5 FTE``."""
        return _much(self.people, self.fte)


def _much(people: int | None, fte: float | None) -> str:
    said = [f"{people:,} people"] if people is not None else []
    said += [f"{fte:,.1f} FTE"] if fte is not None else []
    return ", ".join(said) or "numbers that are not shown to you"


def _behind(reading: Reading, organisation: str) -> tuple[tuple[str, ...], bool, bool]:
    """Sources of what stands for an organisation, whether they are rows, and whether those are invented."""
    mine = pl.col("organisation") == organisation
    rows = reading.facts.table("assignment").filter(mine).select("source", "origin").unique().collect()
    sent = rows.filter(pl.col("origin") != "synthetic").get_column("source").unique().sort().to_list()
    if sent:
        return tuple(sent), True, False
    own = mine & ~pl.col("grain").str.starts_with("place")
    totals = reading.facts.table("stock").filter(own).select("as_of", "source").unique().collect()
    if totals.height:
        # As figures are chosen: the newest source, since bases are never added.
        return (str(totals.sort("as_of", "source").get_column("source")[-1]),), False, False
    return tuple(rows.get_column("source").unique().sort().to_list()), rows.height > 0, True


def shown(reading: Reading, organisation: str) -> tuple[Shown, bool] | None:
    """What pages show of an organisation now, and whether it is counted from invented rows.

    Returns:
        None where nothing is shown, or whoever looks may see no figures.
    """
    if not reading.principal.may("figures"):
        return None
    released = reading.released(
        ("overview", "organisation"), lambda facts: measures.overview(facts, ["organisation"])
    )
    found: list[dict[str, Any]] = released.frame.filter(pl.col("organisation") == organisation).to_dicts()
    if not found or found[0]["newest_as_of"] is None:
        return None
    names, rows, invented = _behind(reading, organisation)
    titles = {one.name: one.title for one in intake.sources()} | {SOURCE: TITLE}
    row = found[0]
    return (
        Shown(
            people=row["headcount"],
            fte=None if row["fte"] is None else float(row["fte"]),
            as_of=row["newest_as_of"],
            titles=" and ".join(titles.get(name, name) for name in names),
            sources=names,
            rows=rows,
        ),
        invented,
    )


def beside(reading: Reading, upload: Upload, after: Count | None) -> tuple[str, list[str]]:
    """What publishing does to what pages show now from other sources.

    Args:
        reading: what may be read.
        upload: what is to be published.
        after: its newest count; None where it counts no staff.

    Returns:
        The sentence, empty where nothing from another source is shown, and what to look at twice.
    """
    found = shown(reading, upload.organisation) if after is not None else None
    if found is None or after is None:
        return "", []
    now, invented = found
    if upload.source in now.sources:
        return "", []
    said = f"Shown now, from {now.titles} on {now.as_of.day} {now.as_of:%B %Y}: {now.words}."
    rows = upload.kind == Upload.Kind.FILE
    if now.rows and not invented:
        if rows:
            return f"{said} These rows will be added to them: a job that is in both counts twice.", [
                f"Rows of {now.titles} are shown already. Check that nobody's job is in both."
            ]
        return f"{said} Rows win over totals: they stay, and these totals are not shown beside them.", []
    if not rows and not invented and after.as_of < now.as_of:
        return f"{said} They are of a later day and stay.", []
    what = "rows" if rows else "totals"
    new = _much(after.people, after.fte)
    said += f" These {what} will stand in place of that: {new}."
    fell = [
        (before, later)
        for before, later in ((now.people, after.people), (now.fte, after.fte))
        if before and later is not None and later < PART * before
    ]
    if not fell:
        return said, []
    return said, [
        f"A fall of more than a third: {new}, instead of {now.words} from {now.titles}. "
        "Check that no part of the organisation is missing from the file."
    ]
