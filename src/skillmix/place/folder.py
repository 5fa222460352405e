"""The place folder: one folder that holds everything about a place, and can be handed on as it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from skillmix.errors import PlaceError, Where
from skillmix.place import publications, submissions
from skillmix.place.agreements import Agreement
from skillmix.place.documents import alone, read_text, read_toml, rewritten, write_whole
from skillmix.place.facts import Facts
from skillmix.place.lake import Lake
from skillmix.place.organisations import PlaceOrganisation
from skillmix.place.scope import Scope

#: The format of place folders that this version reads and writes.
FORMAT = 2

#: The folders of a place, besides `place.toml`.
FOLDERS = ("incoming", "lake", "assumptions", "scenarios", "runs", "control")

KINDS = ("own", "published", "demonstration")


class Place:
    """A place: its partners, its agreements, its lake of facts.

    Open one with `Place.open`, make one with `Place.create`. Facts are read with `read` and a `Scope`, and
    added with `submit`; there is no other way to either.

    Attributes:
        path: the folder.
        name: name as shown.
        code: code of the place as a whole (its sub-ICB code where it has one).
        kind: own, published or demonstration.
        sub_icb: sub-ICB location code, or empty.
        icb: integrated care board code, or empty.
        areas: ONS codes of the councils whose residents it serves.
        organisations: partners by code.
        agreements: sharing agreements.
    """

    def __init__(self, path: Path, document: Mapping[str, Any]) -> None:
        place = document.get("place", {})
        if missing := [n for n in ("name", "code") if not place.get(n)]:
            raise PlaceError(
                f"place.toml gives the place no {missing[0]}.",
                cure=f"Add {missing[0]} to the table [place].",
                where=[Where(file="place.toml", column=missing[0])],
            )
        self.path = path
        self.name = str(place["name"])
        self.code = str(place["code"])
        self.kind = str(place.get("kind", "own"))
        self.sub_icb = str(place.get("sub_icb", ""))
        self.icb = str(place.get("icb", ""))
        self.areas = tuple(place.get("areas", ()))
        self.organisations: dict[str, PlaceOrganisation] = {}
        for entry in document.get("organisation", []):
            organisation = PlaceOrganisation.from_toml(dict(entry))
            if organisation.code in self.organisations:
                raise PlaceError(
                    f"The organisation {organisation.code} stands twice in place.toml.",
                    cure="Take one of the two entries out.",
                    where=[Where(file="place.toml", value=organisation.code)],
                )
            self.organisations[organisation.code] = organisation
        self.agreements = [Agreement.from_toml(dict(e)) for e in document.get("agreement", [])]
        self.settings: dict[str, Any] = dict(document.get("settings", {}))
        #: The file as it was read: `save` writes over nothing else.
        self._read = ""
        self.lake = Lake(path / "lake")

    def __repr__(self) -> str:
        return f"Place({self.name!r}, {self.code!r}, {len(self.organisations)} organisations)"

    @classmethod
    def create(
        cls,
        path: Path | str,
        *,
        name: str,
        code: str,
        kind: str = "own",
        sub_icb: str = "",
        icb: str = "",
        areas: Iterable[str] = (),
        organisations: Iterable[PlaceOrganisation] = (),
        agreements: Iterable[Agreement] = (),
    ) -> Place:
        """Make a place folder.

        Args:
            path: the folder; it must not exist, or be empty.
            name: name as shown.
            code: code of the place as a whole.
            kind: own, published or demonstration.
            sub_icb: sub-ICB location code, where it has one.
            icb: integrated care board code, where it has one.
            areas: ONS codes of the councils whose residents it serves.
            organisations: its partners.
            agreements: its sharing agreements.

        Returns:
            The place, opened.

        Raises:
            PlaceError: when the folder is not empty.
        """
        path = Path(path)
        if kind not in KINDS:
            raise PlaceError(f"The kind {kind!r} is unknown.", cure=f"Choose one of {', '.join(KINDS)}.")
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise PlaceError(
                f"{path.name} exists already and is not empty.",
                cure="Name another folder, or take this one away first.",
                where=[Where(file=str(path))],
            )
        document = {
            "place": {
                "name": name,
                "code": code,
                "kind": kind,
                "sub_icb": sub_icb,
                "icb": icb,
                "areas": [*areas],
            },
        }
        place = cls(path, document)
        place.organisations = {o.code: o for o in organisations}
        place.agreements = [*agreements]
        for folder in FOLDERS:
            (path / folder).mkdir(parents=True, exist_ok=True)
        place.lake.create()
        place.save()
        return place

    @classmethod
    def open(cls, path: Path | str) -> Place:
        """Open a place folder.

        Raises:
            PlaceError: when it is no place folder, or of another format; the cure says what to do.
        """
        path = Path(path)
        text = read_text(path)
        document = read_toml(path)
        found = document.get("format")
        if not isinstance(found, int) or found > FORMAT:
            raise PlaceError(
                f"The place folder has the format {found}; this version reads {FORMAT}.",
                cure="Open it with the version of Skillmix that wrote it, or a later one.",
                where=[Where(file="place.toml", column="format", value=str(found))],
            )
        if found < FORMAT:
            raise PlaceError(
                f"The place folder has the older format {found}; this version reads {FORMAT}.",
                cure=f"Run `skillmix place upgrade {path}` (with --dry-run to see the steps first).",
                where=[Where(file="place.toml", column="format", value=str(found))],
            )
        place = cls(path, document)
        place._read = text
        return place

    def save(self) -> None:
        """Write `place.toml`, whole or not at all; comments, and tables of others, are kept.

        Raises:
            PlaceError: when somebody else has changed the file since it was read; nothing is written then.
        """
        with alone(self.path):
            found = read_text(self.path)
            if found != self._read:
                raise PlaceError(
                    "place.toml has changed since this place was opened.",
                    cure="Open the place again, and make the change again.",
                    where=[Where(file="place.toml")],
                )
            self._write(found)

    def add(self, organisations: Iterable[PlaceOrganisation]) -> None:
        """Add partners to `place.toml` as it is by now, whoever else has changed it since it was read."""
        with alone(self.path):
            found = read_text(self.path)
            if found != self._read:
                now = Place(self.path, read_toml(self.path))
                vars(self).update(vars(now))
            for organisation in organisations:
                self.organisations.setdefault(organisation.code, organisation)
            self._write(found)

    def _write(self, found: str) -> None:
        about: dict[str, Any] = {k: getattr(self, k) for k in ("name", "code", "kind", "sub_icb", "icb")}
        content = rewritten(
            found or f"# {self.name}: edit shares and agreements here; facts live in lake/.\n",
            {
                "format": FORMAT,
                "place": {**about, "areas": [*self.areas]},
                "settings": self.settings,
                "organisation": [o.to_toml() for o in self.organisations.values()],
                "agreement": [a.to_toml() for a in self.agreements],
            },
        )
        write_whole(self.path / "place.toml", content)
        self._read = content

    def organisation_frame(self) -> pl.DataFrame:
        """The partners as a frame: ``organisation, organisation_name, sector, kind, parent, share_*``."""
        quantity = pl.Decimal(18, 9)
        rows = [
            (
                o.code,
                o.name,
                o.sector,
                o.kind,
                o.parent or None,
                o.share_place,
                o.share_basis,
                o.share_confidence,
            )
            for o in self.organisations.values()
        ]
        return pl.DataFrame(
            rows,
            schema={
                "organisation": pl.String,
                "organisation_name": pl.String,
                "sector": pl.String,
                "kind": pl.String,
                "parent": pl.String,
                "share_place": quantity,
                "share_basis": pl.String,
                "share_confidence": pl.String,
            },
            orient="row",
        )

    def submit(
        self,
        draft: submissions.Draft,
        tables: Mapping[str, pl.DataFrame],
        *,
        by: str = "controller",
        publish: bool = True,
    ) -> submissions.Receipt:
        """Store a submission and, unless told otherwise, publish it.

        Args:
            draft: what is known of it.
            tables: rows by table of facts; absent nullable columns are filled with null, ``row`` is numbered
                where it is absent.
            by: who submits.
            publish: whether readers see it at once.

        Returns:
            What became of it.

        Raises:
            PlaceError: when a row breaks a declaration, would be changed by storing it, or nothing is left
                to store; the lake is as it was.
        """
        submission = submissions.new_submission()
        receipt, keys = submissions.store(self.lake, self.path / "incoming", submission, draft, tables)
        if not publish:
            return receipt
        number = publications.publish(self.lake, submission, draft.source, draft.edition, keys, by)
        return replace(receipt, number=number)

    def publish(self, submission: str, by: str = "controller") -> int:
        """Make a stored or withdrawn submission visible; returns the publication's number."""
        sent = self.lake.scan("submission").filter(pl.col("submission") == submission).collect()
        if sent.is_empty():
            raise PlaceError(
                f"There is no submission {submission}.", cure="`skillmix place publications` lists them."
            )
        if publications.records(self.lake).filter(pl.col("submission") == submission).height:
            return publications.again(self.lake, submission, by)
        keys = self._keys_of(submission)
        first = sent.row(0, named=True)
        return publications.publish(self.lake, submission, first["source"], first["edition"], keys, by)

    def _keys_of(self, submission: str) -> pl.DataFrame:
        from skillmix.schema import FACTS

        mine = [
            self.lake.scan(name)
            .filter(pl.col("submission") == submission)
            .select("organisation", "period")
            .unique()
            for name in FACTS
        ]
        return pl.concat(pl.collect_all(mine)).unique()

    def withdraw(self, submission: str, by: str = "controller") -> int:
        """Take a submission out of every figure; returns the publication's number."""
        return publications.withdraw(self.lake, submission, by)

    def publications(self) -> pl.DataFrame:
        """The history: ``number, at, by, action, submission, source, edition, organisations, periods``."""
        return (
            publications.records(self.lake)
            .group_by("number", "at", "by", "action", "submission", "source", "edition")
            .agg(
                pl.col("organisation").n_unique().cast(pl.Int64).alias("organisations"),
                pl.col("period").min().alias("first_period"),
                pl.col("period").max().alias("last_period"),
            )
            .sort("number")
        )

    def standing(self, at: int | None = None) -> pl.DataFrame:
        """What is shown, by submission: ``submission, organisation, period, source, edition, number``."""
        return publications.standing(publications.records(self.lake), at)

    def row_counts(self, keys: pl.DataFrame, tables: Iterable[str]) -> pl.DataFrame:
        """How many rows submissions have in some tables, and nothing of what the rows say.

        Args:
            keys: ``submission, organisation, period``, as `standing` gives them.
            tables: tables of facts.

        Returns:
            ``submission, organisation, period, rows``.
        """
        wanted = keys.select(publications.TRIPLE).unique()
        found = [
            self.lake.scan(name)
            .filter(
                pl.col("submission").is_in(wanted.get_column("submission").unique().to_list()),
                pl.col("period").is_in(wanted.get_column("period").unique().to_list()),
            )
            .select(publications.TRIPLE)
            .join(wanted.lazy(), on=publications.TRIPLE, how="semi")
            for name in tables
        ]
        every = pl.concat(pl.collect_all(found))
        return every.group_by(publications.TRIPLE).agg(pl.len().cast(pl.Int64).alias("rows"))

    @property
    def number(self) -> int:
        """The latest publication number: it pins every fact of the place."""
        return int(publications.records(self.lake).get_column("number").max() or 0)  # type: ignore[arg-type]

    def read(self, scope: Scope, at: int | None = None) -> Facts:
        """Read the facts that a scope allows, as of a publication number (the latest when None)."""
        return Facts(self, scope, at)

    def agreement_for(self, organisation: str, on: dt.date) -> str | None:
        """The agreement of an organisation in force on a day, by its id."""
        for agreement in self.agreements:
            if agreement.organisation == organisation and agreement.in_force(on):
                return agreement.id
        return None
