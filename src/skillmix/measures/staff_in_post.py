"""Staff in post: people, lines without a person, and FTE of any slice.

People do not add: one person may have two jobs. A headcount is therefore counted, from rows, or taken from a
total published for exactly that slice; it is never a sum of headcounts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

import polars as pl

from skillmix.measures import population
from skillmix.measures.dimensions import (
    AREAS,
    OF_ORGANISATION,
    OF_ROWS,
    Readable,
    check_words,
    labels,
    listed,
    rank,
)
from skillmix.measures.figures import PEOPLE_CANNOT_BE_COUNTED, Figures, say_once
from skillmix.measures.overlaps import SHARED, with_overlap
from skillmix.measures.select import Pieces, select_staff

VALUES = ("headcount", "lines", "fte", "fte_place")
_EXACT = pl.Decimal(38, 9)
#: As many organisations are named in a note.
_FEW = 5
#: Published FTE are rounded on their way: two that differ by less are the same.
SAME_FTE = 0.005

Where = Mapping[str, str | bool | Collection[str]]


def overview(
    facts: Readable,
    by: Iterable[str] = ("organisation",),
    as_of: date | None = None,
    *,
    where: Where | None = None,
    with_labels: bool = False,
) -> Figures:
    """Staff in post of every slice.

    Args:
        facts: what may be read of a place.
        by: words that make the slices (see `dimensions.WORDS`); none for the whole place.
        as_of: the date; the newest figures of each organisation when None.
        where: keeps only these codes, by word, such as ``{"kind": "network"}``.
        with_labels: adds ``<word>_name`` with the label of every code, not of organisations alone.

    Returns:
        One row a slice: the words (codes), ``organisation_name`` and others after `with_labels`, then
        ``headcount`` (persons; null where people cannot be counted), ``lines`` (jobs without a person),
        ``fte`` (people and lines, whole organisation), ``fte_place`` (the share that serves this place),
        ``patients`` (registered patients, where the slice has some), ``origin``
        (published, sent, synthetic or mixed), ``basis``, ``oldest_as_of``, ``newest_as_of``. By
        organisation, every organisation of the place has a row: with nulls where nothing is known of it.

    Raises:
        InputError: when a word is unknown.
    """
    words = check_words(by)
    kept = {word: _codes(codes) for word, codes in (where or {}).items()}
    check_words(kept)
    pieces = select_staff(facts, {*words, *kept}, as_of)
    frame = _placed(pieces)
    every = frame.select("organisation", "source", *OF_ORGANISATION[1:]).unique()
    for word, codes in kept.items():
        frame = frame.filter(pl.col(word).is_in(codes))
    slices = with_overlap(_add_up(frame, words), frame, words)
    slices, notes = _published_headcounts(slices, pieces, frame, every, words, kept)
    registered = population.patients(facts, as_of)
    slices = _with_patients(slices, registered, pieces.organisations, words, kept)
    slices = _ordered(slices, words, pieces.organisations)
    if with_labels:
        for word in words:
            if word != "organisation" and (names := labels(word)).height:
                slices = slices.join(names, on=word, how="left", maintain_order="left")
    keys = [c for w in words for c in (w, f"{w}_name") if c in slices.columns]
    shared = [c for c in SHARED if c in slices.columns]
    told = ("patients", "origin", "basis", "oldest_as_of", "newest_as_of")
    slices = slices.select(*keys, *VALUES, *told, *shared)
    dates = frame.get_column("as_of")
    return Figures(
        frame=slices,
        measure="staff_in_post",
        dimensions=tuple(keys),
        kinds={
            **dict.fromkeys(VALUES, "staff_in_post"),
            "patients": "population",
            "origin": "population",
            "basis": "population",
            "oldest_as_of": "population",
            "newest_as_of": "population",
        },
        rests_on=dict.fromkeys(VALUES, ("headcount",)),
        notes=say_once(
            [
                *pieces.notes,
                *notes,
                *_incomplete(facts, frame),
                *_remarks(slices, frame, words),
                *_silent(pieces, words, kept),
            ]
        ),
        sources=tuple(frame.get_column("source").unique().sort()),
        oldest_as_of=dates.min(),  # type: ignore[arg-type]
        newest_as_of=dates.max(),  # type: ignore[arg-type]
        synthetic=bool((frame.get_column("origin") == "synthetic").any()),
        context=_context(facts, registered, pieces.organisations, as_of),
        place=facts.place.name,
        number=facts.number,
    )


def _codes(codes: str | bool | Collection[str]) -> list[str] | list[bool]:
    if isinstance(codes, bool):
        return [codes]
    return [codes] if isinstance(codes, str) else sorted(codes)


def _placed(pieces: Pieces) -> pl.DataFrame:
    """The pieces with the sector, partner and kind of their organisation."""
    known = pieces.organisations.select("organisation", "organisation_name", "sector", "partner", "kind")
    return pieces.frame.join(known, on="organisation", how="left", maintain_order="left")


def _add_up(frame: pl.DataFrame, words: tuple[str, ...]) -> pl.DataFrame:
    share = pl.col("share_place").cast(_EXACT)
    people = pl.col("person").drop_nulls().n_unique().cast(pl.Int64)
    origins = pl.col("origin").unique()
    values = [
        # Persons where every piece is a row of people; a total that is alone in its slice; else unknown.
        pl.when(pl.col("is_row").all() & pl.col("people_known").all())
        .then(people)
        .when((pl.len() == 1) & ~pl.col("is_row").any())
        .then(pl.col("headcount").first())
        .alias("headcount"),
        pl.when(pl.col("lines").is_not_null().any()).then(pl.col("lines").sum()).alias("lines"),
        pl.when(pl.col("fte").is_not_null().any())
        .then(pl.col("fte").cast(_EXACT).sum().cast(pl.Float64))
        .alias("fte"),
        pl.when(pl.col("fte").is_not_null().any())
        .then((pl.col("fte").cast(_EXACT) * share).sum().cast(pl.Float64))
        .alias("fte_place"),
        pl.when(origins.len() == 1).then(origins.first()).otherwise(pl.lit("mixed")).alias("origin"),
        pl.when(pl.col("basis").is_not_null().any())
        .then(pl.col("basis").drop_nulls().unique().sort().str.join("; "))
        .alias("basis"),
        pl.col("as_of").min().alias("oldest_as_of"),
        pl.col("as_of").max().alias("newest_as_of"),
    ]
    if words:
        return frame.group_by(list(words), maintain_order=True).agg(values)
    return frame.select(values) if frame.height else frame.select(values).clear()


def _published_headcounts(
    slices: pl.DataFrame,
    pieces: Pieces,
    frame: pl.DataFrame,
    every: pl.DataFrame,
    words: tuple[str, ...],
    kept: Mapping[str, list[str] | list[bool]],
) -> tuple[pl.DataFrame, list[str]]:
    """Give a slice of one source's totals the headcount that the source published for the whole place."""
    whole = pieces.whole
    if whole.is_empty() or set(OF_ROWS) & {*words, *kept}:
        return slices, []
    notes = _people_of_whole(whole, frame, words, pieces)
    if "organisation" in words or "organisation" in kept:
        return slices, notes
    placed = [w for w in words if w in OF_ORGANISATION]
    # Every organisation that the source reports on must fall in the same slices and pass the same filters.
    totals = frame.filter(~pl.col("is_row")).get_column("source").unique()
    uniform = (
        every.filter(pl.col("source").is_in(totals.implode()))
        .group_by("source")
        .agg(
            pl.struct(*OF_ORGANISATION[1:]).n_unique().alias("groups"),
            pl.col("organisation").n_unique().alias("organisations"),
            *(pl.col(w).first() for w in placed),
        )
        .filter(pl.col("groups") == 1)
        .drop("groups")
    )
    for word, codes in kept.items():
        if word not in OF_ORGANISATION:
            whole = whole.filter(pl.col(word).is_in(codes))
    # A slice qualifies where all its pieces are totals of that one source.
    of_one = _pure(frame, words)
    published = whole.join(uniform, on="source", how="inner").select(
        *words,
        "source",
        pl.col("headcount").alias("_headcount"),
        pl.col("fte").cast(pl.Float64).alias("_fte"),
    )
    # With a filter by job, one slice may stand for several published totals, whose people do not add.
    published = published.unique([*words, "source"], keep="none")
    on = [*words, "source"]
    found = of_one.join(published, on=on, how="inner", nulls_equal=True).drop("source")
    if words:
        slices = slices.join(found, on=list(words), how="left", nulls_equal=True, maintain_order="left")
    elif found.height:
        slices = slices.join(found, how="cross")
    else:
        slices = slices.with_columns(pl.lit(None, pl.Int64).alias("_headcount"), pl.lit(None).alias("_fte"))
    # The people are those of the slice only where the FTE is the same: no organisation is missing from it.
    same = (pl.col("fte") - pl.col("_fte")).abs() < SAME_FTE
    slices = slices.with_columns(
        pl.when(same).then(pl.coalesce("headcount", "_headcount")).otherwise("headcount").alias("headcount")
    )
    return slices.drop("_headcount", "_fte"), notes


def _pure(frame: pl.DataFrame, words: tuple[str, ...]) -> pl.DataFrame:
    conditions = [
        pl.col("source").n_unique().alias("_sources"),
        pl.col("source").first(),
        pl.col("is_row").any().alias("_rows"),
        pl.col("unresolved").any().alias("_unresolved"),
    ]
    grouped = frame.group_by(list(words)).agg(conditions) if words else frame.select(conditions)
    return grouped.filter((pl.col("_sources") == 1) & ~pl.col("_rows") & ~pl.col("_unresolved"))


def _people_of_whole(
    whole: pl.DataFrame, frame: pl.DataFrame, words: tuple[str, ...], pieces: Pieces
) -> list[str]:
    """What to say where organisations share people, by organisation."""
    if words != ("organisation",):
        return []
    notes = []
    kinds = listed("organisation_kinds").select("code", "plural")
    plurals = dict(kinds.iter_rows())
    counted = whole.filter(pl.col("headcount").is_not_null()).sort("source")
    for total in counted.iter_rows(named=True):
        source, people = total["source"], total["headcount"]
        mine = frame.filter((pl.col("source") == source) & ~pl.col("is_row"))
        if mine.is_empty():
            continue
        shared = mine.get_column("headcount").sum() != people
        kind = mine.get_column("kind").unique()
        many = str(plurals.get(kind.item(), "organisations")) if len(kind) == 1 else "organisations"
        notes.append(
            f"{_people_and_lines(total)} for the {mine.get_column('organisation').n_unique()} "
            f"{many[:1].lower()}{many[1:]} in all."
            + (" Their headcounts are not added: a person may work for more than one." if shared else "")
        )
    return notes


def _people_and_lines(total: Mapping[str, Any]) -> str:
    """The people of a whole with their FTE, and its lines of contracted services with theirs."""
    people = f"{total['headcount']:,} people"
    if total["fte_people"] is None or total["fte"] is None or not total["lines"]:
        return f"{people} work"
    return (
        f"{people} ({total['fte_people']:,.2f} FTE) and {total['lines']:,} lines of contracted services "
        f"({total['fte'] - total['fte_people']:,.2f} FTE) work"
    )


def _with_patients(
    slices: pl.DataFrame,
    registered: pl.DataFrame,
    known: pl.DataFrame,
    words: tuple[str, ...],
    kept: Mapping[str, list[str] | list[bool]],
) -> pl.DataFrame:
    if "organisation" in words:
        own = registered.filter(pl.col("kind") != "place").select("organisation", "patients")
        if words == ("organisation",) and not kept:
            # What is missing is shown as missing: every organisation has a row.
            listed_ = known.filter(~pl.col("kind").is_in(sorted(AREAS))).select("organisation")
            slices = listed_.join(slices, on="organisation", how="full", coalesce=True)
        return slices.join(own, on="organisation", how="left").join(
            known.select("organisation", "organisation_name"), on="organisation", how="left"
        )
    total = registered.filter(pl.col("kind") == "place").get_column("patients")
    whole = total.item() if total.len() and not words and not kept else None
    return slices.with_columns(pl.lit(whole, dtype=pl.Int64).alias("patients"))


def _ordered(slices: pl.DataFrame, words: tuple[str, ...], known: pl.DataFrame) -> pl.DataFrame:
    """Organisations by kind of partner and name, everything else in the order of its list; unknown last."""
    order = []
    for word in words:
        if word == "organisation":
            named = known.join(rank("partner"), on="partner", how="left").join(
                rank("kind"), on="kind", how="left"
            )
            by_name = named.sort("_rank_partner", "_rank_kind", "organisation_name", nulls_last=True)
            ranks = by_name.select(word).with_row_index(f"_rank_{word}")
            slices = slices.join(ranks, on=word, how="left")
        elif word == "registered":
            slices = slices.with_columns((~pl.col(word)).cast(pl.Int8).alias(f"_rank_{word}"))
        elif (ranks := rank(word)).height:
            slices = slices.join(ranks, on=word, how="left")
        else:
            slices = slices.with_columns(pl.col(word).alias(f"_rank_{word}"))
        order += [f"_rank_{word}", word]
    if not order:
        return slices
    return slices.sort(order, nulls_last=True).drop(f"_rank_{word}" for word in words)


def _named(names: list[str]) -> str:
    return ", ".join(names[:_FEW]) + (f" and {len(names) - _FEW} more" if len(names) > _FEW else "")


def _silent(pieces: Pieces, words: tuple[str, ...], kept: Mapping[str, list[str] | list[bool]]) -> list[str]:
    """Organisations that no slice holds: by organisation they have an empty row of their own."""
    if "organisation" in words or pieces.frame.is_empty():
        return []
    asked = pieces.organisations.filter(~pl.col("kind").is_in(sorted(AREAS)))
    for word, codes in kept.items():
        if word in OF_ORGANISATION:
            asked = asked.filter(pl.col(word).is_in(codes))
    silent = asked.join(pieces.frame, on="organisation", how="anti")
    if silent.is_empty():
        return []
    names = silent.get_column("organisation_name").drop_nulls().sort().to_list()
    return [f"Nothing is known of the staff of {_named(names)}: they are in no sum."]


def _remarks(slices: pl.DataFrame, frame: pl.DataFrame, words: tuple[str, ...]) -> list[str]:
    if frame.is_empty():
        return ["Nothing is known here, or was then: submit facts, or ask for a later date or publication."]
    notes = []
    if slices.filter(pl.col("headcount").is_null() & pl.col("fte").is_not_null()).height:
        notes.append(f"Where no headcount is shown, {PEOPLE_CANNOT_BE_COUNTED}: lines and FTE are.")
    unresolved = frame.filter("unresolved")
    if unresolved.height:
        fte = float(unresolved.get_column("fte").cast(pl.Float64).sum())
        missing = [w.replace("_", " ") for w in words if w not in OF_ORGANISATION]
        notes.append(
            f"{fte:,.2f} FTE of {unresolved.get_column('organisation').n_unique()} organisations is known, "
            f"but not by {' and '.join(missing) or 'what was asked'}: it has no code, and is not zero."
        )
    return notes


def _incomplete(facts: Readable, frame: pl.DataFrame) -> list[str]:
    """What to say of organisations whose total is not known: how many, and what is known of their groups."""
    unknown = frame.filter(~pl.col("is_row") & pl.col("fte").is_null() & ~pl.col("unresolved"))
    if unknown.is_empty():
        return []
    keys = ["organisation", "source", "as_of"]
    groups = (
        facts.table("stock")
        .filter(pl.col("grain") == "organisation,staff_group")
        .join(unknown.select(keys).unique().lazy(), on=keys, how="semi")
        .select(pl.col("fte").cast(_EXACT).sum())
        .collect()
        .item()
    )
    names = unknown.get_column("organisation_name").drop_nulls().unique().sort().to_list()
    known = f"; {float(groups):,.2f} FTE of theirs is known by staff group" if groups else ""
    return [
        "Sums are at least what they say: some FTE is not known, and is in no sum: of "
        f"{_named(names)}{known}."
    ]


def _context(
    facts: Readable, registered: pl.DataFrame, known: pl.DataFrame, as_of: date | None
) -> dict[str, float | int | str | None]:
    lists = known.filter(pl.col("kind").is_in(["network", "practice"])).get_column("organisation")
    context: dict[str, float | int | str | None] = {"_own_lists": ";".join(lists)}
    total = registered.filter(pl.col("kind") == "place")
    if total.height:
        context["registered"] = int(total.get_column("patients").item())
        context["registered_as_of"] = total.get_column("as_of").item().isoformat()
        context["practices"] = registered.filter(pl.col("kind") == "practice").height
    if (lives := population.residents(facts, as_of)) is not None:
        context["resident"], context["resident_as_of"] = lives[0], lives[1].isoformat()
    return context
