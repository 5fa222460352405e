"""Leeds as a place: what is published of its partners, and the neutral fill, marked as invented."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import polars as pl

from skillmix import intake, reference
from skillmix.demonstration.leeds_city.fill import Group, Totals, fill
from skillmix.demonstration.leeds_city.shapes import shapes
from skillmix.errors import PlaceError, Where
from skillmix.place import Draft, Place, PlaceOrganisation, Scope

SEED = 1
SOURCE = "leeds_fill"
SUB_ICB = "15F"

#: Trusts whose published staff groups are divided further.
WHOLE = ("RR8", "RY6", "RGD")
#: The ambulance service of the region: only its stated share of this place is filled.
SHARED = ("RX8",)
COUNCIL = "E08000035"
INDEPENDENT = f"{COUNCIL}-independent"


@dataclass(frozen=True, slots=True)
class Filled:
    """One organisation to fill, the day that its totals are of, and the share that its rows carry."""

    organisation: PlaceOrganisation
    totals: Totals
    as_of: dt.date
    share: Decimal
    basis: str


def leeds(path: Path | str, progress: Callable[[str], None] | None = None, seed: int = SEED) -> Place:
    """Make the demonstration place Leeds: published figures, and a neutral fill where publication stops.

    The fill divides the published staff groups of the city's trusts, and the published totals of adult
    social care, into jobs with profession, level, working time, sex, year of birth and start. It follows one
    pattern for each kind of organisation (lists ``fill_*`` of `reference/`), gives back every published total
    exactly, and is submitted apart, every row of origin ``synthetic``. Of Yorkshire Ambulance only the share
    that serves Leeds is filled: those rows stand for the place's share and carry share 1.

    Args:
        path: the folder to make; it must not exist, or be empty.
        progress: called with a short message before each step.
        seed: decides who has which attribute, never how many have it.

    Returns:
        The place.

    Raises:
        PlaceError: when the folder is not empty, or a partner lacks its published totals.
    """
    place = intake.published_place(path, SUB_ICB, progress=progress, trusts=[*WHOLE, *SHARED])
    place.kind = "demonstration"
    place.organisations[INDEPENDENT] = PlaceOrganisation(
        INDEPENDENT,
        "Independent adult social care in Leeds",
        "social_care_independent",
        "care_provider",
        COUNCIL,
        share_confidence="assumed",
        share_source="All independent providers of the council's area together, direct payments among them",
    )
    place.save()
    refill(place, progress, seed)
    return place


def refill(place: Place, progress: Callable[[str], None] | None = None, seed: int = SEED) -> None:
    """Fill Leeds again, with the shares that `place.toml` has now.

    Args:
        place: the place that `leeds` made.
        progress: called with a short message before each step.
        seed: as `leeds`.

    Raises:
        PlaceError: when a partner lacks its published totals.
    """
    say = progress or (lambda message: None)
    say("Neutral fill of Leeds (invented rows)")
    filled = _partners(place)
    tables = {
        "assignment": assignments(filled, seed),
        "stock": _care_stock(filled),
        "vacancy": _care_vacancies(),
    }
    digest = hashlib.sha256()
    for table in tables.values():
        digest.update(table.write_csv().encode())
    place.submit(
        Draft(
            source=SOURCE,
            sha256=digest.hexdigest(),
            origin="synthetic",
            as_of=max(one.as_of for one in filled),
            file_name="neutral fill of published totals",
            rows_read=sum(table.height for table in tables.values()),
        ),
        tables,
        by="demonstration",
    )


def assignments(filled: list[Filled], seed: int) -> pl.DataFrame:
    """The invented jobs of several organisations as rows of `assignment`.

    Args:
        filled: the organisations with their totals.
        seed: as `leeds`.

    Returns:
        Rows of `assignment` without ``submission`` and ``row``, in a fixed order.
    """
    frames = []
    for one in filled:
        code = one.organisation.code
        jobs = fill(one.totals, shapes(), as_of=one.as_of, seed=seed)
        frames.append(
            jobs.with_columns(
                pl.format("{}:fill:{}", pl.lit(code), pl.col("person")).alias("person_key"),
                pl.lit(one.organisation.sector).alias("sector"),
                pl.lit(one.share).cast(pl.Decimal(18, 9)).alias("share_place"),
                pl.lit(one.basis).alias("share_basis"),
                *(pl.lit(code).alias(c) for c in ("organisation", "employer", "workplace", "payer")),
                *_about(one.as_of),
            ).drop("person")
        )
    return pl.concat(frames).with_columns(
        pl.lit("permanent").alias("contract"),
        pl.lit("active").alias("status"),
    )


def _about(as_of: dt.date) -> tuple[pl.Expr, ...]:
    return (
        pl.lit(f"{as_of:%Y-%m}").alias("period"),
        pl.lit(as_of).alias("as_of"),
        pl.lit("synthetic").alias("origin"),
    )


def _partners(place: Place) -> list[Filled]:
    """The organisations to fill with their published totals, and the month that these are of."""
    stock = (
        place.read(Scope.controller(purpose="divide published totals"))
        .table("stock")
        .filter((pl.col("source") == "hchs_turnover") & pl.col("organisation").is_in([*WHOLE, *SHARED]))
        .collect()
    )
    as_of = stock.get_column("as_of").max()
    if not isinstance(as_of, dt.date):
        raise PlaceError(
            "The place has no published staff groups of its trusts.",
            cure="Make it again: the package carries them.",
            where=[Where(file=str(place.path))],
        )
    stock = stock.filter(pl.col("as_of") == as_of)
    filled = []
    for code in (*WHOLE, *SHARED):
        partner = place.organisations[code]
        totals = published_totals(stock.filter(pl.col("organisation") == code), partner.kind)
        if code in SHARED:
            part = totals.scaled(partner.share_place)
            filled.append(Filled(partner, part, as_of, Decimal(1), partner.share_basis))
        else:
            filled.append(Filled(partner, totals, as_of, partner.share_place, partner.share_basis))
    return [*filled, *_care(place)]


def published_totals(stock: pl.DataFrame, kind: str) -> Totals:
    """The totals of one organisation at one date.

    Args:
        stock: its rows of `stock`: ``grain, staff_group, headcount, fte``.
        kind: its kind.

    Raises:
        PlaceError: when the total or a group's figures are missing.
    """
    whole = stock.filter(pl.col("grain") == "organisation").get_column("headcount").drop_nulls()
    groups = {
        group: Group(people, fte)
        for group, people, fte in stock.filter(pl.col("grain") == "organisation,staff_group")
        .sort("staff_group")
        .select("staff_group", "headcount", "fte")
        .drop_nulls()
        .iter_rows()
    }
    if whole.len() != 1 or not groups:
        raise PlaceError(
            f"The published totals of a {kind} are not complete.",
            cure="It needs people in all, and people and FTE of each staff group.",
        )
    return Totals(kind, int(whole.item()), groups)


def _care_totals() -> tuple[Decimal, dict[str, int], dict[str, int]]:
    """FTE a post; filled and vacant posts of the council and of independent care."""

    def figure(name: str, **key: str) -> Decimal:
        return reference.value(name, None, **key).exact

    posts = int(figure("asc_totals", area=COUNCIL, measure="posts"))
    filled = int(figure("asc_totals", area=COUNCIL, measure="filled_posts"))
    share = figure("fill_parameters", code="asc_council_share")
    council = int((filled * share).to_integral_value())
    council_vacant = int(((posts - filled) * share).to_integral_value())
    return (
        figure("fill_parameters", code="asc_fte_per_post"),
        {COUNCIL: council, INDEPENDENT: filled - council},
        {COUNCIL: council_vacant, INDEPENDENT: posts - filled - council_vacant},
    )


def _care(place: Place) -> Iterator[Filled]:
    """Adult social care: one person a filled post, FTE by the usual ratio."""
    each, posts, _ = _care_totals()
    for code, count in posts.items():
        partner = place.organisations[code]
        totals = Totals(partner.kind, count, {None: Group(count, count * each)})
        yield Filled(partner, totals, _care_date(), partner.share_place, partner.share_basis)


def _care_date() -> dt.date:
    """The last day of the financial year that the totals of adult social care are of."""
    return dt.date(int(str(reference.table("asc_totals").get_column("year").max())[:4]) + 1, 3, 31)


def _care_stock(filled: list[Filled]) -> pl.DataFrame:
    """FTE of adult social care as totals: filled posts are posts, so that people are not counted."""
    year = str(reference.table("asc_totals").get_column("year").max())
    rows = [
        {
            "grain": "organisation",
            "organisation": one.organisation.code,
            "sector": one.organisation.sector,
            "fte": one.totals.groups[None].fte,
            "share_place": one.share,
            "share_basis": one.basis,
            "basis": f"{one.totals.headcount:,} filled posts, not people: the area's total of {year}, "
            "divided between council and independent care and turned into FTE by assumption",
        }
        for one in filled
        if None in one.totals.groups
    ]
    frame = pl.DataFrame(rows, schema_overrides={"fte": pl.Decimal(18, 9), "share_place": pl.Decimal(18, 9)})
    return frame.with_columns(*_about(_care_date()))


def _care_vacancies() -> pl.DataFrame:
    """Vacant posts of adult social care, the area's total divided as its filled posts are."""
    _, _, vacant = _care_totals()
    return pl.DataFrame(
        {
            "organisation": list(vacant),
            "basis": ["asc_posts"] * len(vacant),
            "posts": list(vacant.values()),
        }
    ).with_columns(*_about(_care_date()))
