"""The words a slice can be made by, and how each is known of an organisation, a row or a total.

Some words belong to the organisation (its sector, its kind of partner, its kind), some to the job
(profession, role, level), and some follow from others (the AHP of a profession, whether it is registered).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any, Protocol

import polars as pl

from skillmix import reference
from skillmix.errors import InputError

#: Words that follow from the organisation reported on.
OF_ORGANISATION = ("organisation", "sector", "partner", "kind")
#: Words that only rows of staff carry: three organisations of a job.
OF_ROWS = ("employer", "workplace", "payer")
#: Words of the job.
OF_JOB = ("staff_group", "profession", "ahp", "role", "level", "registered", "setting")
#: Every word of ``by``, and what it means.
WORDS: dict[str, str] = {
    "organisation": "The organisation reported on (the network for primary care networks).",
    "sector": "Sector of the organisation reported on.",
    "partner": "Kind of partner: acute, community, mental health, social care, primary care and others.",
    "kind": "Kind of organisation: acute trust, network, practice, council and others.",
    "employer": "The organisation that employs.",
    "workplace": "The organisation where the work is done.",
    "payer": "The organisation that pays.",
    "staff_group": "National staff group.",
    "profession": "National profession or support family.",
    "ahp": "The allied health profession, one of fourteen.",
    "role": "The job.",
    "level": "Agenda for Change band or its equivalent.",
    "registered": "Registered professionals, or not.",
    "setting": "Setting of the work.",
}

#: The reference list whose labels stand for the codes of a word.
LISTS = {
    "sector": "sectors",
    "partner": "partner_kinds",
    "kind": "organisation_kinds",
    "staff_group": "staff_groups",
    "profession": "professions",
    "ahp": "ahps",
    "role": "roles",
    "level": "levels",
    "setting": "settings",
}

#: Kinds of organisation that are areas, not employers: their facts are totals of others.
AREAS = frozenset({"sub_icb"})


class Readable(Protocol):
    """What a measure needs of `place.Facts`."""

    @property
    def place(self) -> Any:
        """The place, for its name, code and areas."""

    @property
    def number(self) -> int:
        """The publication number."""

    @property
    def organisations(self) -> pl.DataFrame:
        """The place's organisations."""

    def table(self, name: str) -> pl.LazyFrame:
        """The visible rows of a table of facts."""


def check_words(by: Iterable[str]) -> tuple[str, ...]:
    """The words of ``by`` in order, each once.

    Raises:
        InputError: when a word is unknown; the cure names them all.

    >>> check_words(["organisation", "profession"])
    ('organisation', 'profession')
    """
    words = tuple(dict.fromkeys(by))
    for word in words:
        if word not in WORDS:
            raise InputError(f"Staff cannot be counted by {word!r}.", cure=f"Choose from {', '.join(WORDS)}.")
    return words


@cache
def listed(name: str, as_of: date | None = None) -> pl.DataFrame:
    """A reference list, one row a code: the row valid at the date, the newest row without one."""
    rows = reference.table(name, as_of)
    if "valid_from" in rows.columns:
        rows = rows.sort("valid_from", maintain_order=True)
        order = rows.select("code").unique(maintain_order=True).with_row_index("_order")
        rows = rows.unique("code", keep="last").join(order, on="code", how="left").sort("_order")
        rows = rows.drop("_order")
    return rows


def organisations(facts: Readable) -> pl.DataFrame:
    """Every organisation that the place knows, from `place.toml` first and then from what was published.

    Returns:
        ``organisation, organisation_name, sector, kind, parent, partner``, one row a code.
    """
    columns = ["organisation", "organisation_name", "sector", "kind", "parent"]
    declared = facts.organisations.select(columns)
    described = (
        facts.table("organisation")
        .select(
            "organisation", pl.col("name").alias("organisation_name"), "sector", "kind", "parent", "as_of"
        )
        .collect()
        .sort("as_of", "organisation")
        .unique("organisation", keep="last", maintain_order=True)
        .select(columns)
    )
    # What `place.toml` leaves out (a network's parent, say) is filled from what was published.
    both = declared.join(
        described, on="organisation", how="left", suffix="_sent", maintain_order="left"
    ).select(
        "organisation",
        *(pl.coalesce(name, f"{name}_sent").alias(name) for name in columns[1:]),
    )
    new = described.join(both.select("organisation"), on="organisation", how="anti").sort("organisation")
    kinds = listed("organisation_kinds").select(
        pl.col("code").alias("kind"), pl.col("sector").alias("_sector")
    )
    partners = listed("sectors").select(
        pl.col("code").alias("sector"), pl.col("partner_kind").alias("partner")
    )
    return (
        pl.concat([both, new])
        .join(kinds, on="kind", how="left", maintain_order="left")
        .with_columns(pl.coalesce("sector", "_sector").alias("sector"))
        .drop("_sector")
        .join(partners, on="sector", how="left", maintain_order="left")
    )


def describe_jobs(frame: pl.DataFrame) -> pl.DataFrame:
    """Fill what follows from role, profession or staff group, and add ``ahp``.

    Args:
        frame: rows with ``staff_group, profession, role, registered``.

    Returns:
        The same rows in the same order: a missing profession is taken from the role; ``registered`` from
        the profession, else from the staff group; ``ahp`` is the one of the fourteen, null for others.
    """
    roles = listed("roles").select(pl.col("code").alias("role"), pl.col("profession").alias("_profession"))
    professions = listed("professions").select(
        pl.col("code").alias("profession"), "ahp", pl.col("registered").alias("_registered")
    )
    groups = listed("staff_groups").select(
        pl.col("code").alias("staff_group"), pl.col("registered").alias("_group_registered")
    )
    return (
        frame.join(roles, on="role", how="left", maintain_order="left")
        .with_columns(pl.coalesce("profession", "_profession").alias("profession"))
        .join(professions, on="profession", how="left", maintain_order="left")
        .join(groups, on="staff_group", how="left", maintain_order="left")
        .with_columns(pl.coalesce("registered", "_registered", "_group_registered").alias("registered"))
        .drop("_profession", "_registered", "_group_registered")
    )


def labels(word: str) -> pl.DataFrame:
    """Code and label of a word: ``<word>, <word>_name``; empty for a word without a list."""
    if word not in LISTS:
        return pl.DataFrame(schema={word: pl.String, f"{word}_name": pl.String})
    return listed(LISTS[word]).select(pl.col("code").alias(word), pl.col("label").alias(f"{word}_name"))


def rank(word: str) -> pl.DataFrame:
    """The order in which the codes of a word are shown: ``<word>, _rank_<word>``."""
    return labels(word).select(word).with_row_index(f"_rank_{word}")
