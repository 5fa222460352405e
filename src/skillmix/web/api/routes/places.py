"""Places, their partners, and what their projections assume."""

from __future__ import annotations

from dataclasses import asdict

import polars as pl
from django.http import HttpRequest
from ninja import Query

from skillmix.projection import assumptions as assumed
from skillmix.web.api import columns
from skillmix.web.api.answers import Answer, Paging
from skillmix.web.api.operations import operation
from skillmix.web.api.tokens import Bearer
from skillmix.web.panels.reading import Reading
from skillmix.web.site.pages import MEMBER, reading_of

TAG = "Places"


def _here(request: HttpRequest) -> Reading:
    return reading_of(request)


def _place(request: HttpRequest) -> Answer:
    """The place of the token, as a row."""
    bearer: Bearer = request.auth  # type: ignore[attr-defined]
    reading = _here(request)
    found = reading.place
    row = {
        "place": reading.slug,
        "name": found.name,
        "code": found.code,
        "kind": found.kind,
        "publication": reading.number,
        "roles": ", ".join(bearer.principal.roles),
        "abilities": ", ".join(sorted(bearer.principal.abilities)),
    }
    return Answer(pl.DataFrame([row]), found.name, reading.number)


@operation("/places", needs=MEMBER, row=columns.PlaceRow, tag=TAG)
def places(request: HttpRequest, asked: Query[Paging]) -> Answer:
    """The place that the token opens.

    A token is of one place: make one for each.
    """
    return _place(request)


@operation("/places/{place}", needs=MEMBER, row=columns.PlaceRow, tag=TAG)
def place(request: HttpRequest, place: str, asked: Query[Paging]) -> Answer:
    """One place: its name, publication number, and what the token may do there."""
    return _place(request)


@operation("/places/{place}/organisations", needs="figures", row=columns.OrganisationRow, tag=TAG)
def organisations(request: HttpRequest, place: str, asked: Query[Paging]) -> Answer:
    """The partners of the place, with the share of each that serves it."""
    reading = _here(request)
    own = sorted(reading.principal.own)
    frame = reading.place.organisation_frame().with_columns(
        pl.col("organisation").is_in(own).alias("own"),
    )
    return Answer(frame, reading.place.name, reading.number)


@operation("/places/{place}/assumptions", needs="figures", row=columns.AssumptionRow, tag=TAG)
def assumptions(request: HttpRequest, place: str, asked: Query[Paging]) -> Answer:
    """What projections assume: value, range, unit, source, date and confidence of each."""
    reading = _here(request)
    found = assumed.of_place(reading.place.path, write_defaults=False)
    schema = dict.fromkeys(columns.AssumptionRow.model_fields, pl.String) | {
        **dict.fromkeys(("value", "low", "high"), pl.Float64),
        "date": pl.Date,
    }
    frame = pl.DataFrame([asdict(found[name]) for name in found], schema=schema)
    return Answer(frame, reading.place.name)
