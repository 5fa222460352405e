"""What projections of the place assume, and what the shares of its organisations rest on."""

from __future__ import annotations

from skillmix.projection import assumptions as assumptions_of
from skillmix.report.document import Column, Table
from skillmix.web.panels.panel import Panel, Parameters, panel
from skillmix.web.panels.reading import Reading
from skillmix.web.scenarios.assumption_words import CONFIDENCE, GROUPS, group_of, named

_COLUMNS = [
    Column("name", "Assumption"),
    Column("value", "Value", "precise"),
    Column("low", "Low", "precise"),
    Column("high", "High", "precise"),
    Column("unit", "Unit"),
    Column("confidence", "Confidence"),
    Column("source", "Source"),
    Column("date", "Date", "date"),
]
_COLOURS = {"assumed": "orange", "local": "blue"}


@panel("assumptions", "group", "of")
def assumptions(reading: Reading, given: Parameters) -> Panel:
    """One group of assumptions, or every one: those that are not published first.

    The parameter ``of`` names the assumptions as they are now: an edit gives the table another address, so
    that no kept answer is shown for it.
    """
    wanted = given.get("group", "")
    every = assumptions_of.of_place(reading.place.path, write_defaults=False).values()
    chosen = [a for a in every if not wanted or group_of(a.name) == wanted]
    order = {"assumed": 0, "local": 1, "published": 2}
    chosen.sort(key=lambda a: (order[a.confidence], named(a.name)))
    rows = [
        {
            "name": named(a.name),
            "value": a.value,
            "low": a.low,
            "high": a.high,
            "unit": a.unit,
            "confidence": CONFIDENCE[a.confidence],
            "source": a.source,
            "date": a.date,
        }
        for a in chosen
    ]
    return Panel(
        title=GROUPS.get(wanted, "Everything that is assumed"),
        table=Table(
            f"Assumptions: {GROUPS[wanted].lower()}" if wanted in GROUPS else "Assumptions of projections",
            _COLUMNS,
            rows,
            note="5 runs in 100 fall below low, and 5 exceed high.",
        ),
        empty="Nothing of this kind is assumed.",
        links={at: f"/{reading.slug}/assumptions/{a.name}/" for at, a in enumerate(chosen)},
        marks={
            at: (CONFIDENCE[a.confidence], _COLOURS[a.confidence])
            for at, a in enumerate(chosen)
            if a.confidence in _COLOURS
        },
    )


@panel("shares")
def shares(reading: Reading, given: Parameters) -> Panel:
    """Of each organisation, the share that serves the place, and what that rests on."""
    weak = {"assumed", "recalled"}
    listed = [o for o in reading.place.organisations.values() if o.sector != "system"]
    listed.sort(key=lambda o: (float(o.share_place) == 1, o.share_confidence not in weak, o.name))
    small = {"practice", "network"}
    told = [
        o for o in listed if float(o.share_place) != 1 or (o.share_confidence in weak and o.kind not in small)
    ]
    rows = [
        {
            "name": o.name,
            "share": float(o.share_place),
            "basis": _BASES.get(o.share_basis, o.share_basis),
            "confidence": o.share_confidence,
            "source": o.share_source,
        }
        for o in told
    ]
    others = len(listed) - len(told)
    return Panel(
        title="How much of each organisation serves the place?",
        table=Table(
            "Share of each organisation that serves the place",
            [
                Column("name", "Organisation"),
                Column("share", "Share", "rate"),
                Column("basis", "Rests on"),
                Column("confidence", "Confidence"),
                Column("source", "Source"),
            ],
            rows,
            note=f"{others} further organisations are taken to serve this place alone." if others else "",
        ),
        sentence="Shares stand in the place's file place.toml; those that serve other places too come first.",
        empty="Every organisation is taken to serve this place alone.",
        marks={at: ("Assumed", "orange") for at, o in enumerate(told) if o.share_confidence in weak},
    )


_BASES = {
    "site": "where the work is done",
    "contract": "contracts",
    "catchment": "where its patients live",
    "assumed": "nothing but an assumption",
}
