"""An answer of the API: rows with what must be said beside them, as JSON, CSV or Parquet, page by page.

Figures are unrounded and null where unknown. What is synthetic says so in every row. No text of a CSV file
is ever run as a formula.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Generic, Literal, TypeVar

import polars as pl
from django.http import HttpRequest, HttpResponse
from ninja import Schema
from pydantic import Field

from skillmix.disclosure import Released
from skillmix.disclosure.releases import INVENTED
from skillmix.web.panels.files import TYPES, harmless

Row = TypeVar("Row")
Form = Literal["json", "csv", "parquet"]

#: Rows of JSON given where no number is asked for, and the most that may be.
ROWS, MOST_ROWS = 1_000, 5_000
#: As many characters of notes go into the header of a file.
_NOTES = 4_000
_INVENTED = "invented"


class Paging(Schema):
    """Which rows, and in which form."""

    format: Form | None = Field(
        None, description="json (default), csv or parquet; the header Accept may say so too."
    )
    limit: int | None = Field(
        None,
        ge=1,
        le=MOST_ROWS,
        description="Most rows to give. JSON gives 1,000 where nothing is said; a file gives all.",
    )
    offset: int = Field(0, ge=0, le=10_000_000, description="Rows to leave out from the start.")


class Page(Schema, Generic[Row]):
    """Rows, with what must be said beside them."""

    rows: list[Row] = Field(description="Unrounded figures; null where unknown or not shown.")
    total: int = Field(description="Rows altogether.")
    limit: int
    offset: int
    next: str | None = Field(description="Address of the next rows; null after the last.")
    place: str = Field(description="Name of the place.")
    publication: int | None = Field(description="Publication number that the facts were read at.")
    oldest_as_of: dt.date | None = Field(description="Oldest date among the facts.")
    newest_as_of: dt.date | None = Field(description="Newest date among the facts.")
    synthetic: bool = Field(description="Whether anything here is invented.")
    sources: list[str] = Field(description="Sources that the figures come from.")
    notes: list[str] = Field(description="What must be said beside the figures.")


@dataclass(frozen=True)
class Answer:
    """What an operation found.

    Attributes:
        frame: its rows.
        place: name of the place.
        publication: publication number; None where nothing comes from the lake.
        synthetic: whether anything in it is invented.
        oldest: oldest date among the facts.
        newest: newest date among the facts.
        sources: sources.
        notes: what must be said beside it.
    """

    frame: pl.DataFrame
    place: str
    publication: int | None = None
    synthetic: bool = False
    oldest: dt.date | None = None
    newest: dt.date | None = None
    sources: Sequence[str] = ()
    notes: Sequence[str] = ()

    @classmethod
    def of(cls, released: Released) -> Answer:
        """Released figures as an answer."""
        return cls(
            frame=marked(released.frame, released.synthetic),
            place=released.place,
            publication=released.number,
            synthetic=released.synthetic,
            oldest=released.oldest_as_of,
            newest=released.newest_as_of,
            sources=released.sources,
            notes=released.notes,
        )


def marked(frame: pl.DataFrame, synthetic: bool) -> pl.DataFrame:
    """Rows with the column ``invented``, where any of them is: 'Invented', 'Invented in part', or null."""
    if _INVENTED in frame.columns:
        if frame.schema[_INVENTED] != pl.Boolean:
            return frame
        word = pl.when(_INVENTED).then(pl.lit(INVENTED))
        return frame.with_columns(word.alias(_INVENTED)) if synthetic else frame.drop(_INVENTED)
    if not synthetic:
        return frame
    if "origin" not in frame.columns:
        return frame.with_columns(pl.lit(INVENTED).alias(_INVENTED))
    origin = pl.col("origin")
    return frame.with_columns(
        pl.when(origin == "synthetic")
        .then(pl.lit(INVENTED))
        .when(origin == "mixed")
        .then(pl.lit(f"{INVENTED} in part"))
        .alias(_INVENTED)
    )


def form_of(request: HttpRequest, asked: Form | None) -> Form:
    """The form of an answer: what the address says, else what the header Accept prefers, else JSON."""
    if asked is not None:
        return asked
    known: dict[str, Form] = {
        # The first where everything is taken.
        "application/json": "json",
        "text/csv": "csv",
        TYPES["parquet"]: "parquet",
    }
    preferred = request.get_preferred_type(list(known))
    return known.get(preferred or "", "json")


def respond(request: HttpRequest, answer: Answer, asked: Paging, name: str) -> HttpResponse:
    """An answer in the form and with the rows that were asked for.

    Args:
        request: the request.
        answer: what was found.
        asked: rows and form.
        name: name of the file.
    """
    form = form_of(request, asked.format)
    limit = asked.limit or (ROWS if form == "json" else answer.frame.height or 1)
    rows = answer.frame.slice(asked.offset, limit)
    after = asked.offset + rows.height
    following = _at(request, after) if rows.height and after < answer.frame.height else None
    content = _json(answer, rows, limit, asked.offset, following) if form == "json" else as_file(rows, form)
    response = HttpResponse(content, content_type=TYPES[form])
    response["Vary"] = "Accept, Authorization"
    if form != "json":
        response["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    for header, value in _headers(answer, following).items():
        response[header] = value
    return response


def as_file(rows: pl.DataFrame, form: Form) -> bytes:
    """Rows as a file: CSV with a mark that spreadsheets read accents by, or Parquet."""
    if form == "parquet":
        buffer = io.BytesIO()
        rows.write_parquet(buffer)
        return buffer.getvalue()
    text = [name for name, kind in rows.schema.items() if kind == pl.String]
    safe = rows.with_columns(
        *(pl.col(name).map_elements(harmless, return_dtype=pl.String) for name in text),
        *(pl.col(name).list.join("; ") for name, kind in rows.schema.items() if kind == pl.List(pl.String)),
    )
    return b"\xef\xbb\xbf" + safe.write_csv().encode()


def plain(value: Any) -> Any:
    """A value as JSON has it: exact where it can be, null where it is no number."""
    if isinstance(value, Decimal):
        return float(value) if value.is_finite() else None
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    return value


def _json(answer: Answer, rows: pl.DataFrame, limit: int, offset: int, following: str | None) -> bytes:
    content = {
        "rows": [{k: plain(v) for k, v in row.items()} for row in rows.iter_rows(named=True)],
        "total": answer.frame.height,
        "limit": limit,
        "offset": offset,
        "next": following,
        "place": answer.place,
        "publication": answer.publication,
        "oldest_as_of": plain(answer.oldest),
        "newest_as_of": plain(answer.newest),
        "synthetic": answer.synthetic,
        "sources": list(answer.sources),
        "notes": list(answer.notes),
    }
    return json.dumps(content, ensure_ascii=False).encode()


def _at(request: HttpRequest, offset: int) -> str:
    query = request.GET.copy()
    query["offset"] = str(offset)
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")


def _headers(answer: Answer, following: str | None) -> dict[str, str]:
    notes = " | ".join(" ".join(note.split()) for note in answer.notes)[:_NOTES]
    found = {
        "X-Total-Count": str(answer.frame.height),
        "X-Publication": "" if answer.publication is None else str(answer.publication),
        "X-Oldest-As-Of": "" if answer.oldest is None else answer.oldest.isoformat(),
        "X-Newest-As-Of": "" if answer.newest is None else answer.newest.isoformat(),
        "X-Synthetic": "true" if answer.synthetic else "false",
        # A header holds no other letters than these.
        "X-Notes": notes.encode("latin-1", "replace").decode("latin-1"),
    }
    if following is not None:
        found["Link"] = f'<{following}>; rel="next"'
    return found
