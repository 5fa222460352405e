"""Readers: of whom one reader may see figures by name, of whom without the name, of whom in totals alone.

A partner's sharing agreement has a level. *Named*: others see its figures under its name. *Unnamed*: they see
them as those of an unnamed partner. *Totals*: its facts are in the figures of the place and in no row of its
own. Its own people see it by name whatever the level; what is published already is seen by everybody.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import polars as pl

from skillmix.errors import RefusedError
from skillmix.measures.figures import Figures, say_once

#: Levels, the most open first.
LEVELS = ("named", "unnamed", "totals")
#: Columns that name the other organisations of a job: told of the reader's own organisations alone.
_OF_JOBS = ("employer", "workplace", "payer")
#: Columns that name one organisation.
_NAMES = ("organisation", *_OF_JOBS)
#: Columns of the job that tell nearly what a profession tells.
_LIKE_PROFESSION = ("staff_group", "ahp", "role", "level", "registered", "setting")
#: Values by which an unnamed partner is known: they, or their base, stand elsewhere by name.
_TELLING = ("patients", "fte_place", "denominator", "denominator_basis")
#: Fewest partners among whom one cannot be told from the figures of all of them but one's own.
_FEWEST = 3
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

    @property
    def visible(self) -> pl.DataFrame:
        """What can be read: ``submission, organisation``."""

    @property
    def submissions(self) -> pl.DataFrame:
        """The submissions behind it: ``submission, origin``."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks at figures.

    Attributes:
        own: the reader's own organisations.
        levels: level of each organisation whose agreement says more than nothing; others are named.
        most: the most that the reader's role is shown of any other organisation, one of `LEVELS`.
        professions: professions that the reader's role is about; None for all.
        groups: organisations with facts that are not published, by kind, sector and kind of partner, a
            network with its practices as one: ``{"kind": {"acute_trust": {...}}}``.
        names: names of organisations by their code.
    """

    own: frozenset[str] = frozenset()
    levels: Mapping[str, str] = field(default_factory=dict)
    most: str = "named"
    professions: frozenset[str] | None = None
    groups: Mapping[str, Mapping[str, frozenset[str]]] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

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
        names = dict(known.select("organisation", "organisation_name").iter_rows())
        groups = _groups(known, _contributors(facts))
        return cls(facts.scope.own, strictest, most, professions, groups, names)

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

    def tells(self, word: str, code: str) -> bool:
        """Whether this reader may have figures of one organisation, or of one group of them, as such.

        Not of a group in which one or two partners are not named for them: of one the figure would be its
        own, of two each would know the other's.

        Args:
            word: ``organisation``, ``kind``, ``sector``, ``partner``, or any other, which is always told.
            code: its code.
        """
        if word == "organisation":
            return self.level(code) == "named"
        members = self.groups.get(word, {}).get(code, frozenset())
        return not 0 < sum(self.level(one) != "named" for one in members) < _FEWEST


def _contributors(facts: _Facts) -> list[str]:
    """Organisations with facts that are not published already."""
    closed = facts.submissions.filter(pl.col("origin") != "published").select("submission")
    found = facts.visible.join(closed, on="submission", how="semi")
    return sorted(found.get_column("organisation").drop_nulls().unique().to_list())


def _groups(known: pl.DataFrame, contributors: list[str]) -> dict[str, dict[str, frozenset[str]]]:
    networks = known.filter(pl.col("kind") == "network").get_column("organisation")
    parents = known.filter(pl.col("parent").is_in(networks.implode())).select("organisation", "parent")
    there = (
        known.filter(pl.col("organisation").is_in(contributors))
        .select("organisation", *_GROUPS)
        .join(parents, on="organisation", how="left")
        .with_columns(pl.coalesce("parent", "organisation").alias("organisation"))
    )
    groups: dict[str, dict[str, frozenset[str]]] = {}
    for word in _GROUPS:
        grouped = there.filter(pl.col(word).is_not_null()).group_by(word).agg("organisation")
        groups[word] = {code: frozenset(members) for code, members in grouped.iter_rows()}
    return groups


def seen_by(figures: Figures, reader: Reader) -> Figures:
    """Figures as one reader may have them, before any cell is judged.

    Args:
        figures: what a measure returned.
        reader: who looks.

    Returns:
        The figures without rows of organisations that are shared in totals alone and of groups that would
        tell such a one, with the names of unnamed partners replaced and what they could be known by left out,
        and with a note of each. Rows whose every fact is published (``origin`` "published") stay as they are.
        Employers, workplaces and payers are told of the reader's own organisations alone. No note names an
        organisation that this reader is not shown by name.

    Raises:
        RefusedError: when employers, workplaces or payers are asked for without the organisation, or kinds of
            job without their profession by somebody whose role is about some professions.
    """
    _check(figures, reader)
    frame, notes = figures.frame, _without_names(figures.notes, reader)
    public = pl.lit(False)
    if "origin" in frame.columns:
        public = (pl.col("origin") == "published").fill_null(False)
    others = [word for word in _OF_JOBS if word in figures.dimensions]
    if others:
        mine = pl.col("organisation").is_in(sorted(reader.own)).fill_null(False)
        kept = frame.filter(public | mine)
        if kept.height < frame.height:
            notes.append("Who employs, where the work is done and who pays is told of your own staff alone.")
        frame = kept
    for word in _GROUPS:
        if word in figures.dimensions:
            frame, said = _by_group(frame, word, reader, public, "organisation" in figures.dimensions)
            notes += said
    if "organisation" in figures.dimensions:
        frame, said = _by_name(frame, reader, public, f"{figures.place}:{figures.number}")
        notes += said
    if reader.professions is not None and "profession" in figures.dimensions:
        mine = pl.col("profession").is_null() | pl.col("profession").is_in(sorted(reader.professions))
        frame = frame.filter(mine)
    return replace(figures, frame=frame, notes=say_once(notes))


def _check(figures: Figures, reader: Reader) -> None:
    dimensions = set(figures.dimensions)
    if dimensions & set(_OF_JOBS) and "organisation" not in dimensions:
        raise RefusedError(
            "Who employs, where the work is done and who pays is told of one's own staff alone.",
            cure="Add organisation to by.",
        )
    if reader.professions is None or "profession" in dimensions:
        return
    if dimensions & set(_LIKE_PROFESSION):
        raise RefusedError(
            "These figures do not tell professions apart, and your role is about some of them.",
            cure="Add profession to by.",
        )


def _without_names(notes: Iterable[str], reader: Reader) -> list[str]:
    """Notes in which no organisation is told of that this reader is not shown by name."""
    hidden = {code for code in {*reader.names, *reader.levels} if not reader.tells("organisation", code)}
    names = {name for code in hidden if (name := reader.names.get(code))}
    codes = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(hidden)))})\b") if hidden else None
    return [
        note
        for note in notes
        if not (codes is not None and codes.search(note)) and not any(name in note for name in names)
    ]


def _by_group(
    frame: pl.DataFrame, word: str, reader: Reader, public: pl.Expr, by_organisation: bool
) -> tuple[pl.DataFrame, list[str]]:
    few = [code for code in reader.groups.get(word, {}) if not reader.tells(word, code)]
    if not few:
        return frame, []
    named = pl.lit(False)
    if by_organisation:
        # A row of one organisation under its name tells nothing of the others of its group.
        codes = frame.get_column("organisation").drop_nulls().unique().to_list()
        shown = [code for code in codes if reader.tells("organisation", code)]
        named = pl.col("organisation").is_in(shown).fill_null(False)
    kept = frame.filter(public | named | ~pl.col(word).is_in(few).fill_null(False))
    if kept.height == frame.height:
        return frame, []
    return kept, [
        "A group of partners is left out where it has one or two that do not share figures under their name."
    ]


def _by_name(
    frame: pl.DataFrame, reader: Reader, public: pl.Expr, salt: str
) -> tuple[pl.DataFrame, list[str]]:
    word = "organisation"
    there = frame.filter(~public).get_column(word).drop_nulls().unique().to_list()
    levels = {code: reader.level(code) for code in there}
    unnamed = [code for code, level in levels.items() if level == "unnamed"]
    told = frame
    if "origin" in frame.columns:
        # An organisation of which nothing is known hides nobody.
        told = frame.filter(pl.col("origin").is_not_null())
    if told.filter(~public & pl.col(word).is_in(unnamed)).get_column(word).n_unique() < _FEWEST:
        unnamed = []
    totals = sorted(code for code, level in levels.items() if level != "named" and code not in unnamed)
    notes = []
    if totals:
        frame = frame.filter(public | pl.col(word).is_null() | ~pl.col(word).is_in(totals))
        many = "organisation is" if len(totals) == 1 else "organisations are"
        notes.append(
            f"{len(totals)} {many} in the figures of the place, and in no row here: "
            "shared in totals alone, or without a name among fewer than "
            f"{_FEWEST} such."
        )
    if unnamed:
        frame = _renamed(frame, unnamed, public, salt)
        notes.append(
            f"{len(unnamed)} of the partners share figures without their name. What they could be known by, "
            "their patients and how much of them serves this place, is not shown of them."
        )
    return frame, notes


def _renamed(frame: pl.DataFrame, unnamed: list[str], public: pl.Expr, salt: str) -> pl.DataFrame:
    """Rows of unnamed partners without their names, their patients and their share for the place."""
    word = "organisation"
    # In an order that says nothing: neither the alphabet's nor place.toml's.
    shuffled = sorted(unnamed, key=lambda code: hashlib.sha256(f"{salt}:{code}".encode()).digest())
    codes = {code: f"unnamed-{n}" for n, code in enumerate(shuffled, start=1)}
    names = {code: f"Unnamed partner {n}" for n, code in enumerate(shuffled, start=1)}
    hidden = ~public & pl.col(word).is_in(unnamed).fill_null(False)
    if "measure" in frame.columns:
        # A projection has a row for each measure: beside its FTE, the one for the place gives the share.
        frame = frame.filter(~(hidden & (pl.col("measure") == "fte_place").fill_null(False)))
    replaced = [pl.when(hidden).then(pl.col(word).replace(codes)).otherwise(word).alias(word)]
    if f"{word}_name" in frame.columns:
        named = pl.col(word).replace_strict(names, default=None, return_dtype=pl.String)
        replaced.append(pl.when(hidden).then(named).otherwise(f"{word}_name").alias(f"{word}_name"))
    telling = [c for c in frame.columns if c in _TELLING or "per_10000" in c]
    replaced += [pl.when(~hidden).then(column).alias(column) for column in telling]
    return frame.with_columns(replaced)
