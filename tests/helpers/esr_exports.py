"""Exports of an Electronic Staff Record, invented, small."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from skillmix.intake import Sent
from skillmix.place import Place, PlaceOrganisation

AS_OF = dt.date(2026, 6, 30)
#: A row without a fault.
SOUND = {
    "Employee Number": "20000001",
    "Assignment Number": "20000001-1",
    "Last Name": "Surname00001",
    "First Name": "Forename00001",
    "NI Number": "QQ123456A",
    "Date Of Birth": "17/05/1980",
    "Gender": "Female",
    "Ethnic Origin": "H Indian",
    "Staff Group": "Allied Health Professionals",
    "Job Role": "Physiotherapist",
    "Pay Grade": "XR06",
    "FTE": "0.80",
    "Contracted Hours": "30.00",
    "Assignment Status": "Active Assignment",
    "Assignment Category": "Permanent",
    "Latest Start Date": "01/02/2015",
    "Start Date In Grade": "01/02/2018",
}
HEADINGS = list(SOUND)


def person(number: int, **changes: str) -> dict[str, str]:
    """A row of a person of one's own; keys of changes are headings with underscores for spaces."""
    own = {
        "Employee Number": f"2000{number:04d}",
        "Assignment Number": f"2000{number:04d}-1",
        "Last Name": f"Surname{number:05d}",
        "First Name": f"Forename{number:05d}",
        "NI Number": f"QQ{number:06d}B",
    }
    return {**SOUND, **own, **{key.replace("_", " "): value for key, value in changes.items()}}


def text(*rows: dict[str, str], headings: list[str] | None = None) -> str:
    """An export as CSV."""
    columns = headings or HEADINGS
    lines = [columns, *([row.get(column, "") for column in columns] for row in rows)]
    return "".join(",".join(f'"{cell}"' for cell in line) + "\r\n" for line in lines)


def export(*rows: dict[str, str], headings: list[str] | None = None, name: str = "staff.csv") -> Sent:
    """An export as it is sent."""
    return Sent(name, text(*rows, headings=headings).encode("utf-8-sig"))


def trusts(folder: Path, *codes: str) -> Place:
    """A place of some trusts."""
    made = [PlaceOrganisation(code, f"Trust {code}", "acute", "acute_trust") for code in codes or ("RXX",)]
    return Place.create(folder / "place", name="Somewhere", code="01A", organisations=made)
