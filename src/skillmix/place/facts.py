"""Reading: the only way to the facts of a place, always through a scope and at one publication number."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

from skillmix.errors import ScopeError
from skillmix.place import attachments, publications
from skillmix.place.scope import Scope
from skillmix.schema import FACTS

if TYPE_CHECKING:
    from skillmix.place.folder import Place


class Facts:
    """What one scope may read of a place, as of one publication number.

    Args:
        place: the place.
        scope: who reads, and what for.
        at: publication number; the latest when None.
    """

    def __init__(self, place: Place, scope: Scope, at: int | None = None) -> None:
        self.place = place
        self.scope = scope
        history = publications.records(place.lake)
        latest = int(history.get_column("number").max() or 0)  # type: ignore[arg-type]
        if at is not None and not 0 <= at <= latest:
            raise ScopeError(
                f"There is no publication {at}.",
                cure=f"The latest is {latest}; `place publications` lists them.",
            )
        self.number = latest if at is None else at
        self._standing = publications.standing(history, self.number)

    @cached_property
    def submissions(self) -> pl.DataFrame:
        """The submissions behind what can be read, with their source, edition, origin and agreement.

        The agreement is the one that counts now: also one that was recorded after the file was sent.
        """
        stored = self.place.lake.scan("submission").collect()
        counts = attachments.in_force(stored, self.place.lake.scan("submission_agreement").collect())
        sent = (
            stored.drop("agreement")
            .join(counts, on="submission", how="left", maintain_order="left")
            .select(stored.columns)
        )
        allowed = sent.filter(pl.col("submission").is_in(self._standing["submission"].implode()))
        agreed = pl.col("agreement").is_in(self._agreements["agreement"].implode())
        if self.scope.unagreed:
            agreed = agreed | pl.col("agreement").is_null()
        return allowed.filter((pl.col("origin") != "sent") | agreed)

    @cached_property
    def _agreements(self) -> pl.DataFrame:
        """Agreements in force: the organisation that each covers, and the earliest day that it keeps."""
        on = self.scope.on
        in_force = [(a.id, a.organisation, a.oldest(on)) for a in self.place.agreements if a.in_force(on)]
        schema = {"agreement": pl.String, "organisation": pl.String, "oldest": pl.Date}
        return pl.DataFrame(in_force, schema=schema, orient="row").unique(["agreement", "organisation"])

    @cached_property
    def _visible(self) -> pl.DataFrame:
        """What can be read, with ``oldest``: the day before which its agreement lets nothing be read."""
        visible = self._standing.join(
            self.submissions.select("submission", "origin", "agreement"), on="submission", how="inner"
        ).join(self._agreements, on=["agreement", "organisation"], how="left", maintain_order="left")
        # An agreement covers the partner that made it: what it cites about another is not covered.
        governed = (pl.col("origin") == "sent") & pl.col("agreement").is_not_null()
        covered = pl.struct("agreement", "organisation").is_in(
            self._agreements.select(pl.struct("agreement", "organisation")).to_series().implode()
        )
        visible = visible.filter(~governed | covered)
        if self.scope.organisations is not None:
            mine = pl.col("organisation").is_in(sorted(self.scope.organisations))
            visible = visible.filter(mine | (pl.col("origin") == "published"))
        kept = pl.when(governed).then("oldest").alias("oldest")
        return visible.with_columns(kept).drop("origin", "agreement")

    @cached_property
    def visible(self) -> pl.DataFrame:
        """What can be read: ``submission, organisation, period, source, edition, number``."""
        ended = pl.col("period").str.to_date("%Y-%m", strict=False).dt.month_end()
        return self._visible.filter(pl.col("oldest").is_null() | (ended >= pl.col("oldest"))).drop("oldest")

    def table(self, name: str) -> pl.LazyFrame:
        """The visible rows of a table of facts.

        Args:
            name: a table of `schema.FACTS`.

        Returns:
            The declared columns and ``source, edition``; `assignment` and the other tables with a
            ``person_key`` carry ``person`` too, resolved through the latest linkage.

        Raises:
            ScopeError: when the name is no table of facts.
        """
        if name not in FACTS:
            raise ScopeError(f"{name!r} is no table of facts.", cure=f"Choose from {', '.join(FACTS)}.")
        visible = self._visible
        limited = visible["oldest"].is_not_null().any()
        rows = (
            self.place.lake.scan(name)
            .filter(
                pl.col("period").is_in(visible["period"].unique().to_list()),
                pl.col("submission").is_in(visible["submission"].unique().to_list()),
            )
            .join(
                visible.lazy().select("submission", "organisation", "period", "source", "edition", "oldest"),
                on=publications.TRIPLE,
                how="inner",
                maintain_order="left",
            )
        )
        if limited:
            rows = rows.filter(pl.col("oldest").is_null() | (pl.col("as_of") >= pl.col("oldest")))
        rows = rows.drop("oldest")
        if "person_key" in FACTS[name].columns():
            rows = rows.join(self._persons.lazy(), on="person_key", how="left", maintain_order="left")
            rows = rows.with_columns(pl.coalesce("person", "person_key").alias("person"))
        return rows

    @cached_property
    def _persons(self) -> pl.DataFrame:
        return (
            self.place.lake.scan("person_link")
            .select("version", "person_key", "person")
            .collect()
            .sort("version")
            .group_by("person_key", maintain_order=True)
            .last()
            .select("person_key", "person")
        )

    @property
    def organisations(self) -> pl.DataFrame:
        """The place's organisations, as `place.toml` has them: ``organisation, organisation_name, ...``."""
        return self.place.organisation_frame()

    @property
    def on(self) -> dt.date:
        """The day the facts are read for."""
        return self.scope.on
