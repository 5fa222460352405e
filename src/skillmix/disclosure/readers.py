"""Readers: of whom one reader may see figures by name, of whom without the name, of whom in totals alone.

A partner's sharing agreement has a level. *Named*: others see its figures under its name. *Unnamed*: they see
them as those of an unnamed partner. *Totals*: its facts are in the figures of the place and in no row of its
own. Its own people see it by name whatever the level; what is published already is seen by everybody.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import polars as pl

from skillmix.measures.figures import Figures, say_once

#: Levels, the most open first.
LEVELS = ("named", "unnamed", "totals")
#: Columns that name one organisation.
_NAMES = ("organisation", "employer", "workplace", "payer")
#: Columns that name a group of organisations, which may be a group of one.
_GROUPS = ("kind", "sector", "partner")


class _Facts(Protocol):
    """What a reader's levels are worked out from."""

    @property
    def place(self) -> Any:
        """The place, with its agreements."""

    @property
    def scope(self) -> Any:
        """The scope that the facts are read with."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks at figures.

    Attributes:
        own: the reader's own organisations.
        levels: level of each organisation whose agreement says more than nothing; others are named.
        most: the most that the reader's role is shown of any other organisation, one of `LEVELS`.
        professions: professions that the reader's role is about; None for all.
        groups: organisations by kind, sector and kind of partner: ``{"kind": {"acute_trust": {...}}}``.
    """

    own: frozenset[str] = frozenset()
    levels: Mapping[str, str] = field(default_factory=dict)
    most: str = "named"
    professions: frozenset[str] | None = None
    groups: Mapping[str, Mapping[str, frozenset[str]]] = field(default_factory=dict)

    @classmethod
    def of(cls, facts: _Facts, *, most: str = "named", professions: frozenset[str] | None = None) -> Reader:
        """The reader that a scope stands for, with the levels of the agreements in force on its day."""
        from skillmix.measures.dimensions import organisations

        strictest: dict[str, str] = {}
        for agreement in facts.place.agreements:
            if agreement.in_force(facts.scope.on):
                level = max(agreement.level, strictest.get(agreement.organisation, "named"), key=LEVELS.index)
                strictest[agreement.organisation] = level
        known = organisations(facts)  # type: ignore[arg-type]
        groups: dict[str, dict[str, frozenset[str]]] = {}
        for word in _GROUPS:
            grouped = known.filter(pl.col(word).is_not_null()).group_by(word).agg("organisation")
            groups[word] = {code: frozenset(members) for code, members in grouped.iter_rows()}
        return cls(facts.scope.own, strictest, most, professions, groups)

    @property
    def key(self) -> str:
        """Names what the reader may see: two readers of one key are shown the same."""
        plain = [sorted(self.own), sorted(self.levels.items()), self.most, sorted(self.professions or ["*"])]
        return hashlib.sha256(repr(plain).encode()).hexdigest()[:16]

    def level(self, organisation: str) -> str:
        """How much of an organisation this reader is shown."""
        if organisation in self.own:
            return "named"
        return max(self.levels.get(organisation, "named"), self.most, key=LEVELS.index)


def seen_by(figures: Figures, reader: Reader) -> Figures:
    """Figures as one reader may have them, before any cell is judged.

    Args:
        figures: what a measure returned.
        reader: who looks.

    Returns:
        The figures without rows of organisations that are shared in totals alone, with the names of unnamed
        partners replaced, and with a note that says how many. Rows whose every fact is published (``origin``
        "published") stay as they are.
    """
    frame, notes = figures.frame, list(figures.notes)
    public = pl.lit(False)
    if "origin" in frame.columns:
        public = (pl.col("origin") == "published").fill_null(False)
    for word in _NAMES:
        if word in figures.dimensions:
            frame, said = _by_name(frame, word, reader, public, f"{figures.place}:{figures.number}")
            notes += said
    for word in _GROUPS:
        if word in figures.dimensions:
            alone = sorted(
                code
                for code, members in reader.groups.get(word, {}).items()
                if len(others := members - reader.own) == 1 and reader.level(next(iter(others))) != "named"
            )
            kept = frame.filter(public | ~pl.col(word).is_in(alone).fill_null(False)) if alone else frame
            if kept.height < frame.height:
                notes.append(
                    "A kind of partner that has one organisation is left out where that organisation does "
                    "not share figures under its name."
                )
            frame = kept
    if reader.professions is not None and "profession" in figures.dimensions:
        mine = pl.col("profession").is_null() | pl.col("profession").is_in(sorted(reader.professions))
        frame = frame.filter(mine)
    return replace(figures, frame=frame, notes=say_once(notes))


def _by_name(
    frame: pl.DataFrame, word: str, reader: Reader, public: pl.Expr, salt: str
) -> tuple[pl.DataFrame, list[str]]:
    there = frame.filter(~public).get_column(word).drop_nulls().unique().to_list()
    levels = {code: reader.level(code) for code in there}
    totals = sorted(code for code, level in levels.items() if level == "totals")
    unnamed = [code for code, level in levels.items() if level == "unnamed"]
    notes = []
    if totals:
        frame = frame.filter(public | pl.col(word).is_null() | ~pl.col(word).is_in(totals))
        notes.append(
            f"{len(totals)} {'organisation shares' if len(totals) == 1 else 'organisations share'} totals "
            "alone: in the figures of the place, and in no row of its own here."
        )
    if unnamed:
        # In an order that says nothing: neither the alphabet's nor place.toml's.
        shuffled = sorted(unnamed, key=lambda code: hashlib.sha256(f"{salt}:{code}".encode()).digest())
        codes = {code: f"unnamed-{n}" for n, code in enumerate(shuffled, start=1)}
        names = {code: f"Unnamed partner {n}" for n, code in enumerate(shuffled, start=1)}
        hidden = ~public & pl.col(word).is_in(unnamed).fill_null(False)
        replaced = [pl.when(hidden).then(pl.col(word).replace(codes)).otherwise(word).alias(word)]
        if f"{word}_name" in frame.columns:
            named = pl.col(word).replace_strict(names, default=None, return_dtype=pl.String)
            replaced.append(pl.when(hidden).then(named).otherwise(f"{word}_name").alias(f"{word}_name"))
        frame = frame.with_columns(replaced)
        notes.append(f"{len(unnamed)} of the partners share figures without their name.")
    return frame, notes
