"""Joiners and leavers: by profession or organisation over a year, the largest changes first."""

from __future__ import annotations

from typing import Any

import polars as pl

from skillmix import measures
from skillmix.disclosure import Released
from skillmix.report import charts, words
from skillmix.report.document import Column, Table
from skillmix.web.figures import naming
from skillmix.web.figures.panels.columns import days, hidden, telling
from skillmix.web.panels.panel import Panel, Parameters, panel
from skillmix.web.panels.reading import Reading

#: As many changes stand out, and as many of them are losses where there are gains too.
OUTLIERS, LOSSES = 6, 4
#: From as many unnamed peers on, they are shown: two could be told by who is left.
PEERS = 3

EMPTY = (
    "Joiners and leavers are not known here. Ask partners for a leavers report, or for two staff lists a "
    "year apart."
)


def by(reading: Reading, *words_: str) -> Released:
    """Turnover by some words."""
    return reading.released(("turnover", *words_), lambda facts: measures.turnover(facts, words_))


def _with_net(frame: pl.DataFrame) -> pl.DataFrame:
    # Start and end stand in the row: with joiners or leavers hidden, so would be what the two give away.
    told = pl.col("joiners").is_not_null() & pl.col("leavers").is_not_null()
    return frame.with_columns(
        pl.when(told).then(pl.col("end") - pl.col("start")).alias("net"),
        pl.when(told).then(pl.col("joiners") + pl.col("leavers")).alias("affected"),
    )


def _columns(first: str) -> list[Column]:
    return [
        Column("name", first),
        Column("start", "People at the start", "people"),
        Column("joiners", "Joined", "people"),
        Column("leavers", "Left", "people"),
        Column("end", "People at the end", "people"),
        Column("net", "Change", "people"),
        Column("leaver_rate", "Leaver rate", "rate"),
        Column("stability", "Still there after a year", "rate"),
    ]


def _between(frame: pl.DataFrame) -> str:
    """Between which days the events count, in words."""
    first, last = frame.get_column("starts").min(), frame.get_column("ends").max()
    if first is None or last is None:
        return ""
    return f"between {words.day(first)} and {words.day(last)}"  # type: ignore[arg-type]


_NOTES = (
    "A move within the row is neither joining nor leaving. 'Change' is the end less the start, which "
    "changes of profession or group make differ from joined less left.",
    "Figures that rest on fewer than five people who joined or left are not shown.",
)


@panel("changes", "family")
def changes(reading: Reading, given: Parameters) -> Panel:
    """The largest changes by joiners and leavers, losses first: by profession, or by organisation."""
    family = naming.family_asked(given.get("family", ""))
    released = by(reading, "profession")
    frame = _with_net(
        released.frame.filter(pl.col("profession").is_in(sorted(naming.members(family))))
    ).filter(pl.col("net").is_not_null(), pl.col("affected") > 0)
    first, names = "Profession", naming.names("profession")
    key, links = "profession", "professions"
    if frame.is_empty() and not family:
        # Published flows stop at organisations: they are then what can be told.
        released = by(reading, "organisation")
        frame = _with_net(released.frame).filter(pl.col("net").is_not_null(), pl.col("affected") > 0)
        names = dict(released.frame.select("organisation", "organisation_name").iter_rows())
        first, key, links = "Organisation", "organisation", "organisations"
    lost, gained = frame.filter(pl.col("net") < 0), frame.filter(pl.col("net") >= 0)
    gains = gained.sort("net", descending=True).head(OUTLIERS - min(LOSSES, lost.height))
    ordered = pl.concat([lost.sort("net").head(OUTLIERS - gains.height), gains])
    known = reading.place.organisations
    rows = [
        {**r, "suppressed": hidden(r, net="joiners", affected="joiners"), "name": names.get(r[key], r[key])}
        for r in ordered.to_dicts()
    ]
    columns = [
        Column("name", first),
        Column("net", "Change in people", "people"),
        Column("joiners", "Joined", "people"),
        Column("leavers", "Left", "people"),
        Column("affected", "People who came or went", "people"),
        Column("leaver_rate", "Leaver rate", "rate"),
    ]
    return Panel(
        title="What has changed most",
        table=Table(
            "Largest changes by joiners and leavers",
            telling(columns, rows),
            rows,
            synthetic=released.synthetic,
        ),
        released=[released],
        sentence=_changed(rows, frame),
        notes=[*([_span(frame)] if rows else []), *_NOTES, *released.notes],
        empty=EMPTY,
        links={
            at: f"/{reading.slug}/{links}/{r[key]}/"
            for at, r in enumerate(rows)
            if key == "profession" or r[key] in known
        },
    )


def _span(frame: pl.DataFrame) -> str:
    return f"B{_between(frame)[1:]}."


def _changed(rows: list[dict[str, Any]], frame: pl.DataFrame) -> str:
    if not rows:
        return ""
    first = rows[0]
    if first["net"] < 0:
        what = f"{first['name']}: {abs(first['net']):,} fewer people"
    else:
        what = f"Nothing known has shrunk. {first['name']} grew most: {first['net']:,} more people"
    return f"{what} {_between(frame)}."


@panel("flows", "family", "organisation", "profession")
def flows(reading: Reading, given: Parameters) -> Panel:
    """Joiners and leavers: of a family by profession, of an organisation, or of a profession by partner."""
    if given.get("profession"):
        return _of_profession(reading, naming.profession_asked(given["profession"]))
    if given.get("organisation"):
        return _of_organisation(reading, given["organisation"])
    family = naming.family_asked(given.get("family", "all"))
    released = by(reading, "profession")
    frame = _with_net(released.frame.filter(pl.col("profession").is_in(sorted(naming.members(family)))))
    frame = frame.filter(pl.col("start").is_not_null() | pl.col("end").is_not_null())
    names = naming.names("profession")
    rows = [
        {**r, "suppressed": hidden(r, net="joiners", affected="joiners"), "name": names[r["profession"]]}
        for r in frame.sort("net", nulls_last=True).to_dicts()
    ]
    shrunk = [r for r in rows if r["net"] is not None and r["net"] < 0]
    return Panel(
        title="Who joined and who left",
        table=Table(
            "Joiners and leavers by profession",
            telling(_columns("Profession"), rows),
            rows,
            synthetic=released.synthetic,
        ),
        released=[released],
        sentence=_shrunk(len(shrunk), sum(1 for r in rows if r["net"] is not None)),
        notes=[*([_span(frame)] if rows else []), *_NOTES, *released.notes],
        empty=EMPTY,
        links={at: f"/{reading.slug}/professions/{r['profession']}/" for at, r in enumerate(rows)},
    )


def _shrunk(fewer: int, known: int) -> str:
    """How many professions have fewer people than a year before, of those of which it may be told.

    >>> _shrunk(1, 12), _shrunk(0, 12)
    ('1 of 12 professions has fewer people than a year before.', 'None of 12 professions has shrunk.')
    """
    if not known:
        return ""
    if not fewer:
        return f"None of {known} professions has shrunk."
    have = "profession has" if known == 1 else "professions has" if fewer == 1 else "professions have"
    return f"{fewer} of {known} {have} fewer people than a year before."


def _of_profession(reading: Reading, profession: str) -> Panel:
    released = by(reading, "partner", "profession")
    frame = _with_net(released.frame.filter(pl.col("profession") == profession))
    frame = frame.filter(pl.col("start").is_not_null() | pl.col("end").is_not_null())
    names = naming.names("partner")
    rows = [
        {
            **r,
            "suppressed": hidden(r, net="joiners", affected="joiners"),
            "name": names.get(r["partner"], r["partner"]),
        }
        for r in frame.to_dicts()
    ]
    return Panel(
        title="Who joined and who left",
        table=Table(
            "Joiners and leavers by kind of partner",
            telling(_columns("Kind of partner"), rows),
            rows,
            synthetic=released.synthetic,
        ),
        released=[released],
        sentence=_moved(by(reading, "profession").frame.filter(pl.col("profession") == profession)),
        notes=[*([_span(frame)] if rows else []), *_NOTES, *released.notes],
        empty=EMPTY,
    )


def _moved(frame: pl.DataFrame) -> str:
    """Joiners, leavers and rate of one slice in a sentence; empty where they may not be told."""
    row = next(iter(frame.to_dicts()), None)
    if row is None or row["joiners"] is None or row["leavers"] is None:
        return ""
    said = f"{row['joiners']:,} people joined and {row['leavers']:,} left {_between(frame)}"
    if row["leaver_rate"] is not None:
        said += f": {words.write(row['leaver_rate'], 'rate')} left in the year"
    return f"{said}."


def _of_organisation(reading: Reading, code: str) -> Panel:
    organisation = naming.organisation_asked(reading, code)
    whole = by(reading, "organisation")
    released = by(reading, "organisation", "profession")
    mine = pl.col("organisation") == organisation.code
    total = _with_net(whole.frame.filter(mine))
    frame = _with_net(released.frame.filter(mine, pl.col("profession").is_not_null()))
    names = naming.names("profession")
    rows = [
        {**r, "suppressed": hidden(r, net="joiners", affected="joiners"), "name": "All staff"}
        for r in total.to_dicts()
        if r["start"] is not None or r["end"] is not None
    ]
    if rows:
        rows += [
            {**r, "suppressed": hidden(r, net="joiners", affected="joiners"), "name": names[r["profession"]]}
            for r in frame.sort("net", nulls_last=True).to_dicts()
        ]
    invented = bool(total.get_column("origin").is_in(["synthetic", "mixed"]).any())
    refused = total.get_column("refused").drop_nulls().to_list()
    return Panel(
        title="Who joined and who left",
        table=Table(
            f"Joiners and leavers of {organisation.name}",
            telling(_columns("Profession"), rows),
            rows,
            synthetic=invented,
        ),
        released=[whole, released] if rows else [],
        sentence=_moved(total),
        notes=[*refused, *([_span(total)] if rows else []), *_NOTES],
        empty=f"Who joined and left {organisation.name} is not known. A leavers report, or two staff lists a "
        "year apart, would tell.",
        subject=organisation.code,
        days=days(rows, "starts", "ends"),
        links={
            at: f"/{reading.slug}/professions/{r['profession']}/"
            for at, r in enumerate(rows)
            if r.get("profession")
        },
    )


@panel("peers", "organisation")
def peers(reading: Reading, given: Parameters) -> Panel:
    """Where one organisation stands among unnamed others of its kind, by leaver rate."""
    organisation = naming.organisation_asked(reading, given.get("organisation", ""))
    released = by(reading, "organisation")
    alike = {c for c, o in reading.place.organisations.items() if o.kind == organisation.kind}
    unnamed = pl.col("organisation").str.starts_with("unnamed-")
    rated = released.frame.filter(
        pl.col("leaver_rate").is_not_null(), pl.col("organisation").is_in(sorted(alike)) & ~unnamed
    ).sort("leaver_rate", descending=True)
    kind = naming.kind_plurals().get(organisation.kind, "organisations of its kind")
    mine = rated.filter(pl.col("organisation") == organisation.code)
    rows: list[dict[str, Any]] = []
    others = 0
    for r in rated.select("organisation", "leaver_rate", "stability").to_dicts():
        own = r["organisation"] == organisation.code
        others += not own
        rows.append(
            {
                **r,
                "suppressed": hidden(r, net="joiners", affected="joiners"),
                "name": organisation.name if own else f"Unnamed peer {others}",
                "own": own,
            }
        )
    if mine.is_empty() or others < PEERS:
        rows = []
    sentence = ""
    if rows:
        place = 1 + next(at for at, r in enumerate(rows) if r["own"])
        sentence = (
            f"{organisation.name} has the {_nth(place)}highest leaver rate of {len(rows)} "
            f"{naming.lower(kind)} here: {words.write(rows[place - 1]['leaver_rate'], 'rate')} in a year."
        )
    return Panel(
        title="Where we stand among our peers",
        table=Table(
            f"Leaver rate among {naming.lower(kind)}, peers unnamed",
            [
                Column("name", "Organisation"),
                Column("leaver_rate", "Leaver rate", "rate"),
                Column("stability", "Still there after a year", "rate"),
            ],
            rows,
            synthetic=released.synthetic,
        ),
        released=[released] if rows else [],
        sentence=sentence,
        chart=charts.bars(
            [
                {
                    "label": r["name"],
                    "value": round(100 * r["leaver_rate"], 2),
                    "group": "This organisation" if r["own"] else "Unnamed peers",
                }
                for r in rows
            ],
            unit="leaver rate, per cent",
            invented=released.synthetic,
            width=460,
        )
        if rows
        else None,
        summary=f"Leaver rates of {len(rows)} organisations, highest first.",
        notes=["A rate on fewer than 20 people is not shown, and such organisations are left out."],
        empty=f"Fewer than {PEERS} {naming.lower(kind)} here have a leaver rate that may be shown, so no "
        "comparison would keep them unnamed.",
        subject=organisation.code,
    )


def _nth(place: int) -> str:
    """A place in an order before a superlative, in words up to the tenth.

    >>> _nth(1), _nth(2), _nth(11), _nth(22)
    ('', 'second ', '11th ', '22nd ')
    """
    told = ("", "second ", "third ", "fourth ", "fifth ", "sixth ", "seventh ", "eighth ", "ninth ", "tenth ")
    if place <= len(told):
        return told[place - 1]
    ending = {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th") if place % 100 not in (11, 12, 13) else "th"
    return f"{place}{ending} "
