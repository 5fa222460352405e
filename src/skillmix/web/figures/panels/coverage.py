"""Coverage: what is known of which partner, how old it is, and what would fill each hole."""

from __future__ import annotations

from typing import Any

import polars as pl

from skillmix import measures
from skillmix.errors import InputError, Where
from skillmix.measures.coverage_strip import TOPICS
from skillmix.report.document import Column, Table
from skillmix.web.panels.panel import Panel, Parameters, panel
from skillmix.web.panels.reading import Reading

_TOPICS = {t.code: t.label for t in TOPICS}


def frame_of(reading: Reading) -> pl.DataFrame:
    """The rows of `measures.coverage` for this reader: organisations and dates, no figure of staff."""
    return reading.keep("coverage", lambda: measures.coverage(reading.facts, reading.on))


@panel("coverage", "topic")
def coverage(reading: Reading, given: Parameters) -> Panel:
    """What is known of each kind of partner: of one topic, or of all."""
    topic = given.get("topic", "")
    if topic and topic not in _TOPICS:
        raise InputError(
            "Nothing is known of that.",
            cure=f"Choose one of {', '.join(_TOPICS)}.",
            where=[Where(column="topic", value=topic)],
        )
    frame = frame_of(reading)
    asked = frame.filter(pl.col("topic") == topic) if topic else frame
    rows = [_row(r) for r in asked.to_dicts()]
    missing = sum(1 for r in rows if r["missing"])
    about = _TOPICS[topic].lower() if topic else "the workforce"
    columns = [
        Column("who", "Partners"),
        *([] if topic else [Column("topic_name", "What")]),
        Column("known", "Known of", "people"),
        Column("organisations", "Out of", "people"),
        Column("invented", "Known by invented rows alone", "people"),
        Column("newest_as_of", "Newest", "month"),
        Column("months_old", "Months old", "people"),
        Column("missing", "What is missing, and what would fill it"),
    ]
    return Panel(
        title=f"What is known of {about}, and how old it is",
        table=Table(
            f"Coverage of {about}", columns, rows, synthetic=any(r["invented"] for r in rows if r["invented"])
        ),
        sentence=f"{missing} of {len(rows)} things that could be known here are missing, in part or in whole."
        if missing
        else "Nothing that could be known here is missing.",
        notes=[
            "A hole is not a nought: what is not known is in no sum.",
            "Months old: of the oldest of the newest figures of each organisation.",
        ],
        empty="No partner is known here yet. Add partners in the place's folder.",
    )


def _row(row: dict[str, Any]) -> dict[str, Any]:
    return {
        **row,
        "who": row["kind_name"] or row["partner_name"] or "Residents",
        "topic_name": row["topic_name"] or "Staff in post",
        "missing": row["missing"] or "",
    }
