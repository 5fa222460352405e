"""Small exports of staff in post as a trust sends them, with faults on purpose; nobody in them exists."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from skillmix.web.jobs.models import Job
from skillmix.web.jobs.work import KINDS, Running
from skillmix.web.site.database import service

HEADINGS = (
    "Employee Number",
    "Last Name",
    "First Name",
    "NI Number",
    "Date Of Birth",
    "Staff Group",
    "Job Role",
    "Pay Grade",
    "FTE",
    "Contracted Hours",
    "Assignment Status",
    "Assignment Category",
    "Latest Start Date",
)
#: Cells of one person; the first five name or identify them.
ROW = {
    "Staff Group": "Allied Health Professionals",
    "Job Role": "Physiotherapist",
    "Pay Grade": "XR06",
    "FTE": "1.00",
    "Contracted Hours": "37.50",
    "Assignment Status": "Active Assignment",
    "Assignment Category": "Permanent",
    "Latest Start Date": "13/05/2015",
}


@dataclass(frozen=True)
class Person:
    """Somebody invented, with everything that must never be found afterwards."""

    number: int
    changes: dict[str, str] = field(default_factory=dict)

    def row(self) -> dict[str, str]:
        """The row of the export."""
        day, month, year = 1 + self.number % 28, 1 + self.number % 12, 1960 + self.number % 40
        named = {
            "Employee Number": f"9130{self.number:05d}",
            "Last Name": f"Surname{self.number:05d}",
            "First Name": f"Forename{self.number:05d}",
            "NI Number": f"QQ{self.number:06d}C",
            "Date Of Birth": f"{day:02d}/{month:02d}/{year}",
        }
        return {**named, **ROW, **self.changes}


def export(people: int = 20, **faults: dict[str, str]) -> bytes:
    """An export of some people.

    Args:
        people: how many.
        **faults: cells that differ, by the person as ``p3``.
    """
    text = io.StringIO()
    writer = csv.DictWriter(text, HEADINGS)
    writer.writeheader()
    for number in range(people):
        writer.writerow(Person(number, faults.get(f"p{number}", {})).row())
    return text.getvalue().encode()


def secrets_of(people: int) -> list[str]:
    """What of the export may be found nowhere: numbers, names, birth dates."""
    found = []
    for number in range(people):
        row = Person(number).row()
        found += [row["Employee Number"], row["Last Name"], row["First Name"], row["NI Number"]]
        day, month, year = row["Date Of Birth"].split("/")
        found += [row["Date Of Birth"], f"{year}-{month}-{day}"]
    return found


def work_off(before: Callable[[Any], None] = lambda job: None) -> list[str]:
    """Do every job that waits, as a worker would; the kinds that were done."""
    done = []
    while True:
        with service():
            job = Job.objects.filter(state="queued").order_by("made").first()
        if job is None:
            return done
        before(job)
        result = KINDS[job.kind](Running(job, lambda words: None))
        with service():
            Job.objects.filter(pk=job.pk).update(state="done", result=result)
        done.append(job.kind)
