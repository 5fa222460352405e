"""From what is known of a submission to what its pages show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from django import forms

from skillmix import intake
from skillmix.intake.fieldmap import Source
from skillmix.place import Place, PlaceOrganisation
from skillmix.web.panels.reading import Reading
from skillmix.web.submissions import history, standing
from skillmix.web.submissions.counts import Count, counts, warnings
from skillmix.web.submissions.forms import ReturnForm
from skillmix.web.submissions.models import Upload
from skillmix.web.submissions.problems import Problem
from skillmix.web.submissions.returns import QUESTIONS, Question

#: What happens to a column at the door, in a planner's words.
BECOMES = {
    "loaded": "kept",
    "hashed": "replaced by a code that cannot be turned back",
    "year only": "only the year is kept",
    "dropped": "not kept",
    "not in the file": "not in the file",
}


@dataclass(frozen=True)
class Kind:
    """A kind of file that can be sent, and what happens to its columns."""

    name: str
    title: str
    describe: str
    columns: tuple[tuple[str, str, str], ...]


def sources(every: Sequence[Source]) -> list[Kind]:
    """The kinds of file, each with its columns: heading, what it holds, what happens to it."""
    found = []
    for one in every:
        declared = intake.field_map(one.name)
        rows = []
        for key, column in declared.columns.items():
            becomes = "loaded"
            if declared.person is not None and key == declared.person.column:
                becomes = "hashed"
            elif column.identifier:
                becomes = "dropped"
            elif column.private:
                becomes = "year only"
            rows.append((column.headings[0], column.describe, BECOMES[becomes]))
        found.append(Kind(one.name, one.title, one.describe, tuple(rows)))
    return found


def errors(form: forms.Form) -> list[tuple[str, str]]:
    """What is wrong with a form: field and words, for the list at its top."""
    return [(name, str(words[0])) for name, words in form.errors.items()]


def uncovered(place: Place, organisations: Sequence[PlaceOrganisation], on: dt.date) -> list[str]:
    """Names of organisations without an agreement in force."""
    return [o.name for o in organisations if place.agreement_for(o.code, on) is None]


def submission(reading: Reading, upload: Upload, problems: list[Problem]) -> dict[str, Any]:
    """What the page of an upload shows."""
    place = reading.place
    agreements = dict(place.agreement_of_submissions().iter_rows())
    organisation = place.organisations.get(upload.organisation)
    state, tag = history.state_of(upload)
    principal = reading.principal
    return {
        "upload": upload,
        "organisation": organisation.name if organisation is not None else upload.organisation,
        "state": state,
        "tag_colour": tag,
        "open": upload.open,
        "covered_by": history.standing(upload, place, agreements, reading.on),
        "columns": [
            {**column, "becomes": BECOMES.get(column["becomes"], column["becomes"])}
            for column in upload.summary.get("columns", [])
            if column["heading"] is not None
        ],
        "missing": [c for c in upload.summary.get("columns", []) if c["heading"] is None],
        "notes": upload.summary.get("notes", []),
        "aside": [p for p in problems if p.aside and not p.settled],
        "settled": [p for p in problems if p.settled],
        "told": [p for p in problems if not p.aside],
        "cleaned": upload.summary.get("problems", []),
        "values": [f for p in problems for f in p.fields if f.row is None],
        "rows": [f for p in problems for f in p.fields if f.row is not None],
        "corrected": list(upload.corrected.all()[:100]),
        "answers": answered(upload),
        "may_submit": principal.may("submit", upload.organisation),
        "may_publish": principal.may("publish", upload.organisation),
        "next": next_step(upload, settled=any(p.settled for p in problems) and not _to_cure(problems)),
    }


def _to_cure(problems: Sequence[Problem]) -> bool:
    """Whether a row that was set aside needs a cure."""
    return any(p.aside and not p.settled for p in problems)


def next_step(upload: Upload, *, settled: bool = False) -> str:
    """What to do now, in a sentence or two.

    Args:
        upload: the upload.
        settled: whether nothing need be done about any row that was set aside.
    """
    said = _next_step(upload, settled)
    if upload.published and str(upload.state) in ("empty", "checked", "ready"):
        said += " What was published before is shown until you publish this."
    return said


def _next_step(upload: Upload, settled: bool) -> str:
    aside = upload.rows_set_aside
    match str(upload.state):
        case "checked" | "ready" if aside and settled:
            return (
                f"{upload.rows_loaded:,} of {upload.rows_read:,} rows can be published. "
                f"{aside:,} {'was' if aside == 1 else 'were'} set aside, and nothing need be done about it."
            )
        case "empty":
            return "No row can be loaded yet. Correct what failed below, or send a mended file."
        case "checked" | "ready" if aside:
            return (
                f"{upload.rows_loaded:,} of {upload.rows_read:,} rows can be published now. "
                f"{aside:,} {'was' if aside == 1 else 'were'} set aside: correct what failed below first, or "
                "publish without them and mend them later."
            )
        case "checked" | "ready" if upload.kind == Upload.Kind.RETURN:
            return "The numbers are kept. Look at what publishing them changes, then publish."
        case "checked" | "ready":
            return "Every row that belongs in the figures can be published."
        case "published" if aside:
            return f"It is published. {aside:,} {'row is' if aside == 1 else 'rows are'} still set aside."
        case "published":
            return "It is published. Nothing more need be done."
        case "withdrawn":
            return "It was withdrawn and is in no figure. It can be published again."
        case _:
            return "A later file took its place."


def answered(upload: Upload) -> list[tuple[Question, str]]:
    """The answers of a return."""
    return [
        (q, "not known" if upload.answers.get(q.key) is None else upload.answers[q.key])
        for q in QUESTIONS
        if q.key in upload.answers
    ]


def before(reading: Reading, upload: Upload) -> list[Count]:
    """What is shown now of the organisation from the same source, by date."""
    tables: dict[str, pl.DataFrame] = {}
    for name in ("assignment", "stock"):
        mine = reading.rows.table(name).filter(
            pl.col("organisation") == upload.organisation, pl.col("source") == upload.source
        )
        wanted = ("organisation", "as_of", "person_key", "fte", "grain", "headcount")
        tables[name] = mine.select(c for c in wanted if c in mine.collect_schema()).collect()
    return counts(tables, upload.organisation)


def publishing(reading: Reading, upload: Upload) -> dict[str, Any]:
    """What publishing an upload will change."""
    shown = before(reading, upload)
    after = [Count.of(plain) for plain in upload.figures]
    lines: list[dict[str, Any]] = []
    for count in after:
        same = next((c for c in shown if c.as_of == count.as_of), None)
        earlier = [c for c in shown if c.as_of < count.as_of]
        compared = same or (earlier[-1] if earlier else None)
        lines.append(
            {
                "after": count,
                "before": compared,
                "supersedes": same is not None,
                "warnings": warnings(compared, count),
            }
        )
    organisation = reading.place.organisations.get(upload.organisation)
    agreements = dict(reading.place.agreement_of_submissions().iter_rows())
    beside, twice = standing.beside(reading, upload, after[-1] if after else None)
    return {
        "upload": upload,
        "beside": beside,
        "organisation": organisation.name if organisation is not None else upload.organisation,
        "lines": lines,
        "open": upload.open,
        "covered": history.standing(upload, reading.place, agreements, reading.on),
        "loadable": upload.rows_loaded > 0 and str(upload.state) != "replaced",
        "warned": [*twice, *(words for line in lines for words in line["warnings"])],
    }


def return_errors(form: ReturnForm | None) -> list[tuple[str, str]]:
    """What is wrong with a return, each with its question: for the list at the top."""
    if form is None:
        return []
    words = {q.key: f"{n}. {q.words}" for n, q in enumerate(QUESTIONS, start=1)}
    return [(key, f"{words[key]} {said}") for key, said in form.errors.items()]


def questions(form: ReturnForm | None, last: Upload | None, day: dt.date) -> list[dict[str, Any]]:
    """The ten questions, each with what stands in its field, last time's answer and what is wrong.

    What was filled in for the same day stands in the fields; of an earlier day it is shown beside them, so
    that nobody sends an old number by leaving it where it was.
    """
    answers = last.answers if last is not None else {}
    again = last is not None and last.as_of == day
    found = []
    for number, question in enumerate(QUESTIONS, start=1):
        known = question.key in answers
        earlier = answers.get(question.key)
        value = form.values[question.key] if form else (earlier or "") if again else ""
        unknown = form.unknown[question.key] if form else again and known and earlier is None
        found.append(
            {
                "number": number,
                "question": question,
                "value": value,
                "unknown": unknown,
                "last": ("not known" if earlier is None else earlier) if known else "",
                "error": form.errors.get(question.key, "") if form else "",
            }
        )
    return found
