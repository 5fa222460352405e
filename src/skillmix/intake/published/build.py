"""A place from the published figures that the package carries: its partners first, then source by source."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator
from decimal import Decimal
from pathlib import Path

import polars as pl

from skillmix import reference
from skillmix.errors import PlaceError, Where
from skillmix.intake.published import figures
from skillmix.intake.published.places import find_sub_icb
from skillmix.intake.published.serving import council_shares, places_areas, service_map
from skillmix.place import Draft, Place, PlaceOrganisation, Scope

_PRACTICE_MAP = "Practice map, 1 July 2026"

#: Names of submissions that hold carried figures begin so.
_CARRIED = "published figures: "


def published_place(
    path: Path | str,
    sub_icb: str,
    progress: Callable[[str], None] | None = None,
    trusts: Collection[str] | None = None,
) -> Place:
    """Make a place folder for a sub-ICB location of England from published figures alone.

    Args:
        path: the folder to make; it must not exist, or be empty.
        sub_icb: code of the sub-ICB location, such as `15F`.
        progress: called with a short message before each step.
        trusts: codes of the trusts that are partners, where not every trust that serves the place is one.

    Returns:
        The place: its practices and networks, the trusts that serve it with their shares, its councils where
        they are known; published stocks and flows, registered patients, sickness absence, and residents where
        the package carries them. `measures.coverage` says what is missing.

    Raises:
        InputError: when there is no such sub-ICB location; the cure offers the nearest.
        PlaceError: when the folder is not empty.
    """
    say = progress or (lambda message: None)
    about = find_sub_icb(sub_icb)
    code = about["sub_icb"]
    serving = service_map(code)
    if trusts is not None:
        serving = serving.filter(pl.col("organisation").is_in(sorted(trusts)))
    areas = places_areas().filter(pl.col("sub_icb") == code).get_column("area").to_list()
    say(f"Making the place {about['name']}")
    place = Place.create(
        path,
        name=about["name"],
        code=code,
        kind="published",
        sub_icb=code,
        icb=about["icb"],
        areas=areas,
        organisations=partners(code, serving),
    )
    refresh(place, progress)
    return place


def refresh(place: Place, progress: Callable[[str], None] | None = None) -> None:
    """Take the carried figures of a place in, with the trusts and shares that `place.toml` has.

    Done when a place is made; done again after somebody has edited shares, or added or taken out a trust: the
    new submissions take the place of the old ones, which stay readable at their publication number. What
    partners or official files submitted since stands: carried figures never take its place.

    Args:
        place: a place with `sub_icb` and `areas`.
        progress: called with a short message before each step.

    Raises:
        PlaceError: when the place has no sub-ICB location, so that no figures are published for it.
    """
    say = progress or (lambda message: None)
    if not place.sub_icb:
        raise PlaceError(
            f"No figures are published for {place.name}: it has no sub-ICB location.",
            cure="Give sub_icb in the table [place] of place.toml, where it has one.",
            where=[Where(file="place.toml", column="sub_icb")],
        )
    facts = place.read(Scope.controller("renew published figures"))
    carried = pl.col("file_name").str.starts_with(_CARRIED).fill_null(False)
    sent = facts.submissions.select("submission", "sha256", carried.alias("carried"))
    visible = facts.visible.join(sent, on="submission", how="left")
    partners_of = place.organisation_frame()
    shares = partners_of.select("organisation", "share_place", "share_basis")
    for name, what, edition, tables in _sources(place.sub_icb, partners_of, list(place.areas)):
        own = visible.filter(pl.col("source") == name)
        filled = _renewed(tables, shares, own.filter(~pl.col("carried")))
        earlier = own.filter("carried", pl.col("edition").eq_missing(edition))
        digest = _fingerprint(filled)
        if set(earlier["sha256"]) == {digest}:
            continue
        if filled:
            say(what)
            draft = Draft(
                source=name,
                edition=edition,
                origin="published",
                file_name=f"{_CARRIED}{what}",
                sha256=digest,
                rows_read=sum(frame.height for frame in filled.values()),
            )
            place.submit(draft, filled)
        # Else a trust that was taken out since would keep its figures.
        for submission in sorted(set(earlier["submission"])):
            place.withdraw(submission)


def _renewed(
    tables: dict[str, pl.DataFrame], shares: pl.DataFrame, others: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """The rows with the shares of `place.toml`, without what others have submitted of the same source."""
    key = ["organisation", "period"]
    kept = {name: _shared(frame, shares).join(others, on=key, how="anti") for name, frame in tables.items()}
    return {name: frame for name, frame in kept.items() if frame.height}


def _shared(frame: pl.DataFrame, shares: pl.DataFrame) -> pl.DataFrame:
    """Rows with a share carry the one of `place.toml`, which somebody may have edited."""
    if "share_place" not in frame.columns:
        return frame
    return (
        frame.join(shares, on="organisation", how="left", suffix="_edited", maintain_order="left")
        .with_columns(
            pl.coalesce("share_place_edited", "share_place").alias("share_place"),
            pl.coalesce("share_basis_edited", "share_basis").alias("share_basis"),
        )
        .drop("share_place_edited", "share_basis_edited")
    )


def _sources(
    code: str, partners_of: pl.DataFrame, areas: list[str]
) -> Iterator[tuple[str, str, str | None, dict[str, pl.DataFrame]]]:
    yield "practices", "Practices and networks", None, figures.practice_map(code)
    yield "registered_patients", "Registered patients", None, figures.registered_patients(code)
    yield "pcn_individual", "Primary care network workforce", None, figures.pcn_workforce(code)
    yield "hchs_turnover", "Trusts: staff, joiners and leavers", None, figures.hchs_turnover(partners_of)
    for edition in figures.gp_editions():
        what = f"General practice workforce, edition to {edition[:4]}"
        yield "gp_practice_workforce", what, edition, figures.gp_workforce(code, edition)
    yield "sickness_absence", "Sickness absence", None, figures.sickness_absence(partners_of)
    yield "population_ons", "Residents and their projections", None, figures.population(areas)


def _fingerprint(tables: dict[str, pl.DataFrame]) -> str:
    """A hash of the rows, so that the same figures have the same name."""
    digest = hashlib.sha256()
    for name, frame in sorted(tables.items()):
        digest.update(name.encode())
        digest.update(frame.write_csv().encode())
    return digest.hexdigest()


def partners(sub_icb: str, trusts: pl.DataFrame) -> list[PlaceOrganisation]:
    """The partners of a published place, each with the share that serves it.

    Args:
        sub_icb: code of the sub-ICB location.
        trusts: the trusts that serve it, as `service_map` returns them.

    Returns:
        The sub-ICB itself, trusts, councils, networks, practices.
    """
    about = find_sub_icb(sub_icb)
    found = [
        PlaceOrganisation(
            sub_icb, about["full_name"], "system", "sub_icb", about["icb"], share_source=_PRACTICE_MAP
        )
    ]
    found += [
        PlaceOrganisation(
            row["organisation"], row["name"], row["sector"], row["kind"], row["ics"],
            row["share"], row["basis"], row["confidence"], row["source"],
        )
        for row in trusts.iter_rows(named=True)
    ]  # fmt: skip
    found += [
        PlaceOrganisation(
            row["council"], f"{row['council_name']} Council", "social_care_council", "council", "",
            row["share"], "site" if row["share"] == 1 else "assumed", row["confidence"],
            "Share of its residents of 2021 who belong to the place",
        )
        for row in council_shares(sub_icb).iter_rows(named=True)
    ]  # fmt: skip
    found += [
        PlaceOrganisation(
            row["network"], row["network_name"], "primary_care", "network", row["reported_by"] or sub_icb,
            row["share_patients"], "site" if row["share_patients"] == 1 else "catchment",
            "published" if row["share_patients"] == 1 else "calculated",
            _PRACTICE_MAP if row["share_patients"] == 1 else f"Share of its patients here; {_PRACTICE_MAP}",
        )
        for row in figures.networks(sub_icb).iter_rows(named=True)
    ]  # fmt: skip
    found += [
        PlaceOrganisation(
            row["practice"], row["name"], "primary_care", "practice", row["network"] or sub_icb,
            Decimal(1), "site", "published",
            _PRACTICE_MAP if row["network"] else f"{_PRACTICE_MAP}: a practice in no network",
        )
        for row in figures.practices(sub_icb).iter_rows(named=True)
    ]  # fmt: skip
    return found


def published_series() -> pl.DataFrame:
    """The published tables that the package carries and their rows: ``table, rows``."""
    names = reference.published_names()
    return pl.DataFrame({"table": names, "rows": [reference.published(n).height for n in names]})
