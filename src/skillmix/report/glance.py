"""The place at a glance: who is here, what is known of whom, and the grid of professions and partners."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from skillmix import measures
from skillmix.disclosure import Released, release
from skillmix.measures.coverage_strip import coverage
from skillmix.measures.dimensions import labels
from skillmix.measures.grids import everywhere, grid_wide
from skillmix.place import Facts
from skillmix.report import charts, words
from skillmix.report.document import Chart, Column, Section, Table

#: Kinds of organisation with a row of their own; practices are many and stand together.
_TOGETHER = ("practice", "care_provider")

#: What a vacancy is reckoned from, in words.
_BASES = {
    "ledger": "the finance ledger",
    "esr_establishment": "the establishment in the staff record",
    "asc_posts": "vacant posts of social care",
    "arrs_entitlement": "the entitlement for additional roles",
    "advertised": "adverts",
}

#: As many organisations are named in a sentence.
_FEW = 8


def _partner_names() -> dict[str, str]:
    return dict(labels("partner").select("partner", "partner_name").iter_rows())


def staff_in_post(facts: Facts) -> Section:
    """Who is in post, by kind of partner and by organisation."""
    counted = measures.overview(facts, ["partner"])
    patients = counted.context.get("registered") is not None
    by_partner = release(measures.per_population(counted) if patients else counted)
    names = _partner_names()
    rows = [{**r, "name": names.get(r["partner"], r["partner"])} for r in by_partner.rows()]
    known = [r for r in rows if r["fte_place"] is not None]
    paragraphs = [
        _size(facts.place.name, sum(r["fte_place"] for r in known), by_partner.context.get("registered")),
        _served(by_partner.context),
        "FTE for this place is the share of each organisation that serves it; shares and what they rest on "
        "are in the table of partners.",
    ]
    table = Table(
        "Staff in post by kind of partner",
        [
            Column("name", "Kind of partner"),
            Column("headcount", "People", "people"),
            Column("lines", "Lines without a person", "people"),
            Column("fte", "FTE, whole organisations", "quantity"),
            Column("fte_place", "FTE for this place", "quantity"),
            *([Column("fte_per_10000", "FTE per 10,000 registered patients", "number")] if patients else []),
            Column("newest_as_of", "As of", "month"),
        ],
        rows,
        note=" ".join(by_partner.notes),
        synthetic=by_partner.synthetic,
    )
    ordered = sorted(known, key=lambda r: -r["fte_place"])
    picture = Chart(
        charts.bars(
            [{"label": r["name"], "value": round(r["fte_place"], 2)} for r in ordered],
            unit="FTE for this place",
            invented=by_partner.synthetic,
        ),
        f"Most of the known workforce works in: {', '.join(r['name'].lower() for r in ordered[:3])}.",
        table,
    )
    single = release(measures.overview(facts, ["organisation"]))
    return Section(
        "Who is in post",
        [p for p in paragraphs if p],
        points=_counted(single),
        charts=[picture] if ordered else [],
        tables=[_partners(facts, single)],
    )


def _size(place: str, fte: float, registered: Any) -> str:
    size = (
        f"Partners whose staff are known have {words.whole(fte)} full-time equivalents (FTE) serving {place}"
    )
    if not registered:
        return f"{size}."
    return f"{size}: {fte / registered * 10_000:,.1f} for every 10,000 registered patients."


def _served(context: Mapping[str, Any]) -> str:
    """Whom the place serves, and which of the two counts the rates are on."""
    if not context.get("registered"):
        return ""
    registered = words.whole(context["registered"])
    patients = f"{registered} patients are registered with {context['practices']} practices"
    if not context.get("resident"):
        return f"{patients}. Rates are per registered patient: residents are not carried for this place."
    year = str(context["resident_as_of"])[:4]
    living = f"{words.whole(context['resident'])} people live here ({year})"
    return f"{patients}; {living}. Rates are per registered patient."


def _counted(single: Released) -> list[str]:
    """What each basis counts, once, with the organisations that it holds for."""
    told = (
        single.frame.filter(pl.col("basis").fill_null("") != "")
        .group_by("basis", maintain_order=True)
        .agg("organisation_name")
    )
    return [
        f"{', '.join(names) if len(names) <= _FEW else f'{len(names)} organisations'}: {basis}."
        for basis, names in told.iter_rows()
    ]


def _partners(facts: Facts, single: Released) -> Table:
    """Every organisation with its share; practices and care providers stand together."""
    shares = facts.organisations
    kinds = labels("kind")
    frame = (
        single.frame.join(
            shares.drop("organisation_name"), on="organisation", how="left", maintain_order="left"
        )
        .filter(~pl.col("kind").is_in(_TOGETHER))
        .join(kinds, on="kind", how="left", maintain_order="left")
        .with_columns(pl.col("share_place").cast(pl.Float64))
    )
    together = release(measures.overview(facts, ["kind"], where={"kind": _TOGETHER}))
    counted = shares.group_by("kind").agg(
        pl.len(),
        pl.col("organisation_name").first(),
        *(
            pl.when(pl.col(c).n_unique() == 1).then(pl.col(c).first()).alias(c)
            for c in ("share_place", "share_basis")
        ),
    )
    rest = together.frame.join(counted, on="kind").join(kinds, on="kind")
    rows = frame.to_dicts() + [
        {
            **r,
            "organisation": "",
            "organisation_name": r["organisation_name"]
            if r["len"] == 1
            else f"{r['kind_name']}: {r['len']} together",
        }
        for r in rest.to_dicts()
    ]
    for row in rows:
        if row["kind"] == "practice":
            row["patients"] = single.context.get("registered")
    return Table(
        "Staff in post by organisation",
        [
            Column("organisation_name", "Organisation"),
            Column("organisation", "Code"),
            Column("headcount", "People", "people"),
            Column("lines", "Lines without a person", "people"),
            Column("fte", "FTE, whole organisation", "quantity"),
            Column("share_place", "Share serving this place", "rate"),
            Column("share_basis", "Share rests on"),
            Column("fte_place", "FTE for this place", "quantity"),
            Column("patients", "Registered patients", "patients"),
            Column("newest_as_of", "As of", "month"),
        ],
        [_full(r, single) for r in rows],
        note=" ".join(
            [*single.notes, "People do not add: a person may work for more than one organisation."]
        ),
        synthetic=single.synthetic,
    )


def _full(row: dict[str, Any], released: Released) -> dict[str, Any]:
    full = {**dict.fromkeys(released.frame.columns), "share_place": None, "share_basis": None, **row}
    if full["fte"] and full["fte_place"] is not None:
        # The share that the figures carry, which an edit of place.toml changes only once it is taken in.
        full["share_place"] = full["fte_place"] / full["fte"]
    return full


def not_counted(facts: Facts) -> str:
    """What is missing from the workforce that is known, for the sentence below the answer."""
    frame = coverage(facts, facts.on).filter(pl.col("topic").is_null() | (pl.col("topic") == "staff_in_post"))
    missing: list[str] = []
    for (partner,), rows in frame.filter(pl.col("partner").is_not_null()).group_by(
        ["partner_name"], maintain_order=True
    ):
        if not rows["known"].fill_null(0).sum():
            missing.append(f"{str(partner).lower()} (none known)")
            continue
        for row in rows.iter_rows(named=True):
            known, all_of = row["known"] or 0, row["organisations"] or 0
            if known < all_of:
                missing.append(f"{all_of - known:,} of {all_of:,} under {str(row['kind_name']).lower()}")
    bases = facts.table("stock").select(pl.col("basis").drop_nulls().unique()).collect()["basis"]
    left_out = {b.removeprefix("excluding ") for b in bases if b.startswith("excluding ")}
    missing += [f"in trusts, {what}" for what in sorted(left_out)]
    return f"Not in it: {'; '.join(dict.fromkeys(missing))}." if missing else ""


def wholly_invented(facts: Facts) -> list[str]:
    """Kinds of partner whose staff in post are known through synthetic rows alone."""
    frame = coverage(facts, facts.on).filter(pl.col("topic") == "staff_in_post", pl.col("known") > 0)
    totals = frame.group_by("partner_name", maintain_order=True).agg(pl.col("known", "invented").sum())
    return [
        str(name).lower()
        for name in totals.filter(pl.col("known") == pl.col("invented"))["partner_name"].drop_nulls()
    ]


def known_of_whom(facts: Facts) -> Section:
    """The coverage strip: what is known of which partner, how old it is, what is missing."""
    frame = coverage(facts, facts.on)
    strip: list[dict[str, str]] = []
    missing: dict[str, list[str]] = {}
    for (partner, kind), rows in frame.group_by(["partner_name", "kind_name"], maintain_order=True):
        label = str(kind or partner or "Residents")
        cells = {r["topic"]: r for r in rows.iter_rows(named=True)}
        if partner is not None:
            strip.append({"name": label, **{t: _cell(cells.get(t)) for t in _TOPICS}})
        for cell in cells.values():
            if cell["missing"] and cell["topic"] in (None, *_MOST):
                topic = f"{cell['topic_name']}: " if cell["topic"] else ""
                missing.setdefault(f"{topic}{cell['missing']}", []).append(label)
    return Section(
        "What is known of whom",
        ["A hole is not a nought: what is missing is named, with what would fill it."],
        points=[f"{what} ({', '.join(whose)}.)" for what, whose in missing.items()],
        tables=[
            Table(
                "Coverage",
                [Column("name", "Partners"), *(Column(t, h) for t, h in _TOPICS.items())],
                strip,
                note="Number of organisations of which it is known, and the newest month. 'Invented': "
                "known through synthetic rows alone.",
                synthetic=bool((frame["invented"].fill_null(0) > 0).any()),
            )
        ],
    )


_TOPICS = {
    "staff_in_post": "Staff in post",
    "profession": "Profession",
    "level": "Level",
    "joiners_and_leavers": "Joiners and leavers",
    "absence": "Absence",
    "vacancies": "Posts or vacancies",
    "learners": "Learners",
}

#: What a plan cannot do without: the rest is in the table.
_MOST = ("staff_in_post", "profession", "vacancies")


def _cell(row: dict[str, Any] | None) -> str:
    if row is None or row["known"] is None:
        return "–"
    if not row["known"]:
        return "not known"
    said = f"{row['known']} of {row['organisations']}, {words.month(row['newest_as_of'])}"
    return f"{said} (invented)" if row["invented"] == row["known"] else said


def gaps(facts: Facts) -> Section:
    """Vacancies and leavers by sector where they are known, or why they are not told."""
    names = dict(labels("sector").select("sector", "sector_name").iter_rows())
    told: list[Table] = []
    points: list[str] = []
    vacancies = release(measures.vacancy(facts, ["sector"]))
    known = [r for r in vacancies.rows() if r["vacancy"] is not None]
    if known:
        columns = [
            Column("sector", "Sector"),
            Column("basis", "Reckoned from"),
            Column("unit", "Unit"),
            Column("establishment", "Establishment", "number"),
            Column("staff_in_post", "In post", "number"),
            Column("vacancy", "Vacant", "number"),
            Column("rate", "Vacancy rate", "rate"),
        ]
        rows = [
            {**r, "sector": names.get(r["sector"], r["sector"]), "basis": _BASES.get(r["basis"], r["basis"])}
            for r in known
        ]
        note = " ".join(["Bases are never added.", *vacancies.notes])
        told.append(Table("Vacancies by sector", columns, rows, note=note, synthetic=vacancies.synthetic))
    else:
        points.append("Vacancies: no establishment, ledger or vacant posts are known here.")
    leaving = release(measures.turnover(facts, ["sector"]))
    rated = [r for r in leaving.rows() if r["leaver_rate"] is not None]
    if rated:
        columns = [
            Column("sector", "Sector"),
            Column("joiners", "Joiners", "people"),
            Column("leavers", "Leavers", "people"),
            Column("leaver_rate", "Leaver rate", "rate"),
            Column("stability", "Stability", "rate"),
        ]
        rows = [{**r, "sector": names.get(r["sector"], r["sector"])} for r in rated]
        note = " ".join(leaving.notes)
        told.append(Table("Leavers by sector", columns, rows, note=note, synthetic=leaving.synthetic))
    points += [f"Leavers: {why}" for why in sorted({r["refused"] for r in leaving.rows() if r["refused"]})]
    return Section("Gaps and leavers", points=points, tables=told)


def the_grid(facts: Facts) -> Section:
    """The fourteen allied health professions and their support workforce against every kind of partner."""
    released = release(measures.grid(facts))
    frame = released.frame
    names = _partner_names()
    partners: list[str] = frame["partner"].unique(maintain_order=True).to_list()
    wide = grid_wide(frame, "fte_place")
    labelled = dict(frame.select("profession", "profession_name").iter_rows())
    shared = [str(labelled[code]) for code in everywhere(frame)]
    rows = []
    for row in wide.iter_rows(named=True):
        kind = "registered" if row["registered"] else "support"
        rows.append({"name": row["profession_name"], "kind": kind, **{p: row[p] for p in partners}})
    largest = (
        frame.filter(pl.col("registered"))
        .group_by("profession_name")
        .agg(pl.col("fte_place").sum())
        .sort("fte_place", descending=True)
        .head(3)
    )
    told: Sequence[str] = largest.filter(pl.col("fte_place") > 0)["profession_name"].to_list()
    paragraphs = []
    if told:
        paragraphs.append(f"Of the FTE known by profession, most are: {', '.join(t.lower() for t in told)}.")
    if shared:
        only = "is the only one" if len(shared) == 1 else "are the only ones"
        paragraphs.append(
            f"{' and '.join(shared)} {only} in all five kinds of partner (the ambulance trust apart)."
        )
    return Section(
        "Allied health professions by partner",
        paragraphs,
        tables=[
            Table(
                "The grid: FTE for this place of allied health professions, by kind of partner",
                [
                    Column("name", "Profession"),
                    Column("kind", "Workforce"),
                    *(Column(p, names.get(p, p), "quantity") for p in partners),
                ],
                rows,
                note=" ".join(released.notes),
                synthetic=released.synthetic,
            )
        ],
    )
