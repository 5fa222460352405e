"""Scenarios, and the projections that were run: released for the reader like any other figure."""

from __future__ import annotations

from typing import Literal

import polars as pl
from django.http import HttpRequest
from ninja import Query
from pydantic import Field

from skillmix.web.api import columns
from skillmix.web.api.answers import Answer, Paging, marked
from skillmix.web.api.operations import operation
from skillmix.web.api.past_runs import PastRun, find, listed, scenarios_of
from skillmix.web.panels.reading import Reading
from skillmix.web.site.pages import reading_of

TAG = "Projections"
By = Literal["place", "sector", "serves", "organisation", "profession", "organisation,profession"]


class ResultAsked(Paging):
    """Which rows of a result."""

    by: By | None = Field(None, description="Kind of slice; every kind when left out.")


class MeasuredAsked(ResultAsked):
    """Which rows of projected staff."""

    measure: Literal["jobs", "fte", "fte_place"] | None = Field(
        None, description="What is counted; every measure when left out."
    )


class FlowsAsked(ResultAsked):
    """Which rows of projected flows."""

    flow: Literal["joined", "left", "retired", "moved_in", "moved_out"] | None = Field(
        None, description="Which flow; every one when left out."
    )


@operation("/places/{place}/scenarios", needs="figures", row=columns.ScenarioRow, tag=TAG)
def scenarios(request: HttpRequest, place: str, asked: Query[Paging]) -> Answer:
    """The scenarios of the place, with how many levers each has."""
    reading = reading_of(request)
    return Answer(scenarios_of(reading.place), reading.place.name)


@operation("/places/{place}/runs", needs="figures", row=columns.RunRow, tag=TAG)
def runs(request: HttpRequest, place: str, asked: Query[Paging]) -> Answer:
    """Projections that were run, the newest facts first."""
    reading = reading_of(request)
    rows = [run.row(reading) for run in listed(reading.place)]
    schema = {"run": pl.String, "scenario": pl.String, "publication": pl.Int64, "starts": pl.Date}
    schema |= {"years": pl.Int64, "runs": pl.Int64, "seed": pl.Int64}
    frame = pl.DataFrame(rows, schema={**schema, "readable": pl.Boolean, "invented": pl.Boolean})
    some = bool(frame["invented"].any())
    return Answer(marked(frame, some), reading.place.name, synthetic=some)


def _result(reading: Reading, run: str, name: str, keep: dict[str, str | None]) -> Answer:
    found: PastRun = find(reading.place, run)
    answer = Answer.of(found.released(reading, name))
    frame = answer.frame
    for column, value in keep.items():
        if value is not None:
            frame = frame.filter(pl.col(column) == value)
    return Answer(
        frame,
        reading.place.name,
        answer.publication,
        answer.synthetic,
        found.starts,
        found.starts,
        answer.sources,
        answer.notes,
    )


@operation("/places/{place}/runs/{run}/summary", needs="figures", row=columns.ProjectionRow, tag=TAG)
def summary(request: HttpRequest, place: str, run: str, asked: Query[MeasuredAsked]) -> Answer:
    """Projected staff at the start and each 31 March after one, three, five and ten financial years."""
    return _result(reading_of(request), run, "summary", {"by": asked.by, "measure": asked.measure})


@operation("/places/{place}/runs/{run}/monthly", needs="figures", row=columns.ProjectionRow, tag=TAG)
def monthly(request: HttpRequest, place: str, run: str, asked: Query[MeasuredAsked]) -> Answer:
    """Projected staff month by month, with its range."""
    return _result(reading_of(request), run, "monthly", {"by": asked.by, "measure": asked.measure})


@operation("/places/{place}/runs/{run}/flows", needs="figures", row=columns.FlowRow, tag=TAG)
def flows(request: HttpRequest, place: str, run: str, asked: Query[FlowsAsked]) -> Answer:
    """Projected joining, leaving and moving month by month: the mean over the runs."""
    return _result(reading_of(request), run, "flows", {"by": asked.by, "flow": asked.flow})
