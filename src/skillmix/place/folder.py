"""The place folder: one folder that holds everything about a place, and can be handed on as it is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from skillmix.errors import PlaceError, Where
from skillmix.place import attachments, publications, purges, received, submissions
from skillmix.place.agreements import Agreement
from skillmix.place.documents import among_writers, read_text, read_toml
from skillmix.place.facts import Facts
from skillmix.place.lake import Lake
from skillmix.place.organisations import PlaceOrganisation
from skillmix.place.place_file import FORMAT, PlaceFile
from skillmix.place.scope import Scope

#: The folders of a place, besides `place.toml`.
FOLDERS = ("incoming", "lake", "assumptions", "scenarios", "runs", "control")

KINDS = ("own", "published", "demonstration")


class Place(PlaceFile):
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
        super().__init__(path, document)
        self.lake = Lake(path / "lake")

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

    def attach_agreement(self, submission: str, agreement: str, by: str = "controller") -> None:
        """Record which agreement covers a submission that was sent without one, or before it was renewed.

        Args:
            submission: its identifier.
            agreement: the agreement's id, as `place.toml` has it by now.
            by: who records it.

        Raises:
            PlaceError: when either is unknown, or the submission reports nothing on the agreement's partner.
        """
        chosen = Place.open(self.path)._agreement(agreement)
        self._sent(submission)
        about = submissions.reported(self.lake, submission)["organisation"].unique().to_list()
        if chosen.organisation not in about:
            raise PlaceError(
                f"The agreement {chosen.id} covers {chosen.organisation}, on which {submission} "
                "reports nothing.",
                cure=f"Choose an agreement of {', '.join(sorted(about)[:3]) or 'the partner that sent it'}.",
            )
        attachments.attach(self.lake, submission, chosen.id, by)

    def agreement_of_submissions(self) -> pl.DataFrame:
        """``submission, agreement``: the agreement that counts for each now, null where none is recorded."""
        return attachments.of_submissions(self.lake)

    def submit(
        self,
        draft: submissions.Draft,
        tables: Mapping[str, pl.DataFrame],
        *,
        by: str = "controller",
        publish: bool = True,
        key: str | None = None,
    ) -> submissions.Receipt:
        """Store a submission and, unless told otherwise, publish it.

        Args:
            draft: what is known of it.
            tables: rows by table of facts; absent nullable columns are filled with null, ``row`` is numbered
                where it is absent.
            by: who submits.
            publish: whether readers see it at once.
            key: the job that it is done for. The same job may run twice, also at once: it takes effect once,
                and each run gets the receipt of what took effect.

        Returns:
            What became of it.

        Raises:
            PlaceError: when a row breaks a declaration, would be changed by storing it, or nothing is left
                to store; the lake is as it was.
        """
        with among_writers(self.lake.root):
            if key is not None and (before := submissions.stored(self.lake, key)) is not None:
                number = self.publish(before.submission, by, key) if publish else None
                return replace(before, number=number)
            submission = submissions.new_submission()
            incoming = self.path / "incoming"
            receipt, keys = submissions.store(self.lake, incoming, submission, draft, tables, key)
            if not publish:
                return receipt
            number = publications.publish(
                self.lake, receipt.submission, draft.source, draft.edition, keys, by, key
            )
            return replace(receipt, number=number)

    def publish(self, submission: str, by: str = "controller", key: str | None = None) -> int:
        """Make a stored or withdrawn submission visible.

        Args:
            submission: its identifier.
            by: who publishes.
            key: the job that it is done for: whatever runs twice takes effect once.

        Returns:
            The publication's number; for a job that has taken effect already, the number that it had.

        Raises:
            PlaceError: when there is no such submission, it was purged, or the key stands for something else.
        """
        first = self._sent(submission).row(0, named=True)
        history = publications.records(self.lake)
        if (done := publications.taken_effect(history, key, "publish", submission)) is not None:
            return done
        gone = purges.refuse_again(self.lake, submission)
        if history.filter(pl.col("submission") == submission).height:
            return publications.again(self.lake, submission, by, key, gone)
        keys = submissions.reported(self.lake, submission)
        return publications.publish(self.lake, submission, first["source"], first["edition"], keys, by, key)

    def _sent(self, submission: str) -> pl.DataFrame:
        sent = self.lake.scan("submission").filter(pl.col("submission") == submission).collect()
        if sent.is_empty():
            raise PlaceError(
                f"There is no submission {submission}.", cure="`skillmix place publications` lists them."
            )
        return sent

    def withdraw(self, submission: str, by: str = "controller", key: str | None = None) -> int:
        """Take a submission out of every figure.

        Args:
            submission: its identifier.
            by: who withdraws it.
            key: the job that it is done for: whatever runs twice takes effect once.

        Returns:
            The publication's number; for a job that has taken effect already, the number that it had.

        Raises:
            PlaceError: when it is not published, or the key stands for something else.
        """
        return publications.withdraw(self.lake, submission, by, key)

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

    def received(self, organisations: Collection[str]) -> pl.DataFrame:
        """What partners sent about some organisations, and where each stands; see `received.RECEIVED`."""
        return received.received(self.lake, organisations)

    def origins(self, apart: Iterable[str] = ()) -> frozenset[str]:
        """Origins of everything that was ever submitted, published or not: sent, published, synthetic.

        Args:
            apart: what was submitted under a key that begins with one of these words and a colon is left out.
        """
        word = pl.col("key").fill_null("").str.split(":").list.first()
        seen = self.lake.scan("submission").filter(~word.is_in(sorted({*apart})))
        return frozenset(seen.select("origin").collect().to_series().to_list())

    def purges(self) -> pl.DataFrame:
        """What was purged: ``purge, number, at, by, reason, submission, organisation, period, rows``."""
        said = ("purge", "number", "at", "by", "reason", *publications.TRIPLE, "rows")
        return purges.records(self.lake).select(said)

    def cleared(self) -> tuple[list[str], list[str]]:
        """What whoever keeps more of submissions than the lake does has to forget after purges.

        Returns:
            The submissions of which any part was purged, and the organisations of which a purge left nothing.
        """
        gone = purges.records(self.lake)
        left = submissions.organisations(self.lake)
        return sorted(set(gone["submission"])), sorted(set(gone["organisation"]) - left)

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
        return submissions.row_counts(self.lake, keys, tables)

    @property
    def number(self) -> int:
        """The latest publication number: it pins every fact of the place."""
        return int(publications.records(self.lake).get_column("number").max() or 0)  # type: ignore[arg-type]

    def read(self, scope: Scope, at: int | None = None) -> Facts:
        """Read the facts that a scope allows, as of a publication number (the latest when None).

        Raises:
            ScopeError: when there is no such number, or facts that stood at it have been purged since.
        """
        if at is not None:
            purges.refuse(self.lake, at)
        return Facts(self, scope, at)
