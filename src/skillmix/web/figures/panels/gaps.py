"""Gaps: where posts stand empty, by profession and by what the posts are reckoned from."""

from __future__ import annotations

from typing import Any

import polars as pl

from skillmix import measures
from skillmix.disclosure import Released
from skillmix.report import charts, words
from skillmix.report.document import Column, Table
from skillmix.web.figures import naming
from skillmix.web.figures.panels.columns import days, telling
from skillmix.web.panels.panel import Panel, Parameters, panel
from skillmix.web.panels.reading import Reading

#: A vacancy of fewer posts is no shortage.
FELT = 0.5
#: As many are shown where only the largest are asked for.
LARGEST = 10

EMPTY = (
    "No funded posts are known here, so no vacancy can be told. Ask partners for their establishment or "
    "their finance ledger."
)


def of_professions(reading: Reading) -> Released:
    """Vacancies by profession, basis and unit."""
    return reading.released(("vacancy", "profession"), lambda facts: measures.vacancy(facts, ["profession"]))


def of_partners(reading: Reading) -> Released:
    """Vacancies by kind of partner, profession, basis and unit."""
    return reading.released(
        ("vacancy", "partner", "profession"), lambda facts: measures.vacancy(facts, ["partner", "profession"])
    )


def one_basis(frame: pl.DataFrame, key: str = "profession") -> pl.DataFrame:
    """Of each slice the row of one basis, since bases are never added: the first known of `FIRST_BASIS`."""
    order = {basis: at for at, basis in enumerate(naming.FIRST_BASIS)}
    ranked = frame.with_columns(
        pl.col("basis").replace_strict(order, default=len(order), return_dtype=pl.Int64).alias("_rank"),
        (pl.col("unit") != "FTE").alias("_posts"),
    )
    best = ranked.sort("_rank", "_posts").unique(key, keep="first", maintain_order=True)
    return best.drop("_rank", "_posts")


@panel("shortages", "family", "largest")
def shortages(reading: Reading, given: Parameters) -> Panel:
    """Vacancies by profession, largest first, with the kinds of partner that share them."""
    family = naming.family_asked(given.get("family", ""))
    released, spread = of_professions(reading), of_partners(reading)
    mine = pl.col("profession").is_in(sorted(naming.members(family)))
    frame = released.frame.filter(mine, pl.col("vacancy").is_not_null(), pl.col("basis") != "advertised")
    ordered = one_basis(frame).sort("vacancy", descending=True)
    shared = _shared(spread.frame.filter(mine, pl.col("vacancy") >= FELT))
    names = naming.names("profession")
    rows = [
        {
            **r,
            "name": names.get(r["profession"], r["profession"]),
            "from": naming.BASES.get(r["basis"], r["basis"]),
            "short": ", ".join(shared.get(r["profession"], [])),
        }
        for r in ordered.to_dicts()
    ]
    if given.get("largest") == "1":
        rows = [r for r in rows if r["vacancy"] >= FELT][:LARGEST]
    columns = [
        Column("name", "Profession"),
        Column("vacancy", "Vacant posts", "number"),
        Column("rate", "Vacancy rate", "rate"),
        Column("staff_in_post", "In post", "number"),
        Column("short", "Short in"),
    ]
    bases = {r["from"] for r in rows}
    if len(bases) > 1:
        columns.append(Column("from", "Reckoned from"))
    return Panel(
        title="Where posts stand empty",
        table=Table(
            "Vacancies by profession, largest first",
            telling(columns, rows),
            rows,
            synthetic=released.synthetic,
        ),
        released=[released, spread],
        sentence=_said(rows, shared),
        notes=[
            f"In {naming.fte()}, but for posts of social care, which may be counted.",
            *([f"Reckoned from: {min(bases)}."] if len(bases) == 1 else []),
            "One row a profession: of what its posts can be reckoned from, the finance ledger stands first.",
            *released.notes,
        ],
        empty=EMPTY,
        links={at: f"/{reading.slug}/professions/{r['profession']}/" for at, r in enumerate(rows)},
    )


def _shared(frame: pl.DataFrame) -> dict[str, list[str]]:
    """Kinds of partner that are short of each profession."""
    partners = naming.names("partner")
    found: dict[str, list[str]] = {}
    for profession, partner in frame.select("profession", "partner").unique(maintain_order=True).iter_rows():
        found.setdefault(str(profession), []).append(naming.lower(partners.get(partner, str(partner))))
    return found


def _said(rows: list[dict[str, Any]], shared: dict[str, list[str]]) -> str:
    short = [r for r in rows if r["vacancy"] >= FELT]
    if not short:
        return "No profession is short of posts where posts are known." if rows else ""
    first = short[0]
    plural = naming.plurals().get(first["profession"], first["name"])
    said = f"Most posts stand empty among {naming.lower(plural)}: {words.write(first['vacancy'], 'number')}"
    if first["rate"] is not None:
        said += f", {first['rate'] * 100:.0f} in every 100"
    together = [r["name"] for r in short if len(shared.get(r["profession"], [])) > 1]
    if len(together) > 1:
        said += f". {len(together)} professions are short in more than one kind of partner"
    return f"{said}."


@panel("posts", "organisation")
def posts(reading: Reading, given: Parameters) -> Panel:
    """Establishment, ledger and people in post of one organisation, side by side."""
    organisation = naming.organisation_asked(reading, given.get("organisation", ""))
    released = reading.released(
        ("vacancy", "organisation", "profession"),
        lambda facts: measures.vacancy(facts, ["organisation", "profession"]),
    )
    mine = released.frame.filter(pl.col("organisation") == organisation.code, pl.col("basis") != "advertised")
    found = [b for b in naming.FIRST_BASIS if b in set(mine.get_column("basis"))]
    names = naming.names("profession")
    rows = []
    for (profession,), slices in mine.group_by(["profession"], maintain_order=True):
        row: dict[str, Any] = {
            "name": names.get(str(profession), "Profession not known"),
            "profession": profession,
        }
        for one in slices.sort("unit").iter_rows(named=True):
            row.setdefault("in_post", one["staff_in_post"])
            row.setdefault(f"establishment_{one['basis']}", one["establishment"])
            row.setdefault(f"vacancy_{one['basis']}", one["vacancy"])
        rows.append(row)
    keys = [f"vacancy_{b}" for b in found]
    rows.sort(key=lambda r: max((r.get(k) or 0.0 for k in keys), default=0.0), reverse=True)
    columns = [Column("name", "Profession"), Column("in_post", "In post", "number")]
    for basis in found:
        columns.append(Column(f"establishment_{basis}", f"Posts, {naming.BASES[basis]}", "number"))
        columns.append(Column(f"vacancy_{basis}", f"Vacant, {naming.BASES[basis]}", "number"))
    invented = bool(mine.get_column("origin").is_in(["synthetic", "mixed"]).any())
    return Panel(
        title="Posts and people in post, side by side",
        table=Table(
            f"Posts and people in post of {organisation.name}, largest vacancy first",
            columns,
            rows,
            synthetic=invented,
        ),
        released=[released] if rows else [],
        sentence=_books(rows, found),
        notes=[
            f"In {naming.fte()}; what is reckoned from different books is never added.",
            *naming.notes_about(organisation.name, released),
        ],
        empty=f"No funded posts of {organisation.name} are known. Its establishment or ledger would tell.",
        subject=organisation.code,
        days=days(rows),
    )


def _books(rows: list[dict[str, Any]], found: list[str]) -> str:
    totals = {
        b: sum(r[f"establishment_{b}"] for r in rows if r.get(f"establishment_{b}") is not None)
        for b in found
    }
    if not {"ledger", "esr_establishment"} <= set(totals):
        return ""
    apart = totals["ledger"] - totals["esr_establishment"]
    if abs(apart) < FELT:
        return "The finance ledger and the staff record fund the same number of posts."
    more = "more" if apart > 0 else "fewer"
    return (
        f"The finance ledger funds {words.write(abs(apart), 'number')} {naming.fte()} {more} than the staff "
        "record has posts for."
    )


@panel("vacancies", "organisation", "profession")
def vacancies(reading: Reading, given: Parameters) -> Panel:
    """Vacancies by basis: of one organisation as a whole, or of one profession by kind of partner."""
    if given.get("profession"):
        return _of_profession(reading, naming.profession_asked(given["profession"]))
    organisation = naming.organisation_asked(reading, given.get("organisation", ""))
    released = reading.released(
        ("vacancy", "organisation"), lambda facts: measures.vacancy(facts, ["organisation"])
    )
    mine = released.frame.filter(pl.col("organisation") == organisation.code)
    rows = [{**r, "name": naming.BASES.get(r["basis"], r["basis"]).capitalize()} for r in mine.to_dicts()]
    return Panel(
        title="Vacancies",
        table=Table(
            f"Vacancies of {organisation.name}",
            _columns("Reckoned from"),
            rows,
            synthetic=bool(mine.get_column("origin").is_in(["synthetic", "mixed"]).any()),
        ),
        released=[released] if rows else [],
        notes=naming.notes_about(organisation.name, released),
        empty=f"No funded posts of {organisation.name} are known. Its establishment or ledger would tell.",
        subject=organisation.code,
        days=days(rows),
    )


def _columns(first: str) -> list[Column]:
    return [
        Column("name", first),
        Column("establishment", "Posts", "number"),
        Column("staff_in_post", "In post", "number"),
        Column("vacancy", "Vacant", "number"),
        Column("rate", "Vacancy rate", "rate"),
        Column("unit", "Unit"),
        Column("newest_as_of", "As of", "month"),
    ]


def _of_profession(reading: Reading, profession: str) -> Panel:
    released = of_partners(reading)
    mine = released.frame.filter(pl.col("profession") == profession, pl.col("basis") != "advertised").sort(
        "vacancy", descending=True, nulls_last=True
    )
    partners = naming.names("partner")
    rows = [
        {
            **r,
            "name": partners.get(r["partner"], r["partner"]),
            "from": naming.BASES.get(r["basis"], r["basis"]).capitalize(),
        }
        for r in mine.to_dicts()
    ]
    columns = _columns("Kind of partner")
    columns.insert(1, Column("from", "Reckoned from"))
    drawn = [r for r in one_basis(mine, "partner").to_dicts() if r["vacancy"] is not None]
    return Panel(
        title="Where posts stand empty",
        table=Table("Vacancies by kind of partner", columns, rows, synthetic=released.synthetic),
        released=[released],
        chart=charts.bars(
            [
                {"label": partners.get(r["partner"], r["partner"]), "value": round(r["vacancy"], 2)}
                for r in drawn
            ],
            unit="vacant posts",
            invented=released.synthetic,
            width=460,
        )
        if len(drawn) > 1
        else None,
        summary="Vacant posts by kind of partner; below nought, more are in post than posts are funded.",
        notes=released.notes,
        empty=EMPTY,
    )
