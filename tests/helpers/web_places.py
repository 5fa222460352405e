"""A small place for tests of the web: partners at every level of sharing, each with staff of its own."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl

from skillmix.place import Agreement, Draft, Place, PlaceOrganisation

SLUG = "north"
AS_OF = dt.date(2026, 6, 30)
#: Organisation: name, sector, kind, parent, level of its agreement.
PARTNERS = {
    "NT1": ("North General Hospitals", "acute", "acute_trust", "", "named"),
    "NT2": ("North Community Health", "community", "community_trust", "", "unnamed"),
    "NT3": ("North Minds", "mental_health", "mental_health_trust", "", "totals"),
    "NC1": ("North City Council", "social_care_council", "council", "", "named"),
    "U99001": ("Harbour Network", "primary_care", "network", "", "named"),
    "Y99001": ("Quay Practice", "primary_care", "practice", "U99001", ""),
}
#: Organisation: people by profession, role, level, registered.
STAFF = {
    "NT1": [
        ("physiotherapist", 14, "band_6"),
        ("occupational_therapist", 9, "band_6"),
        ("nurse_adult", 40, "band_5"),
    ],
    "NT2": [
        ("physiotherapist", 8, "band_6"),
        ("occupational_therapist", 6, "band_7"),
        ("nurse_adult", 15, "band_5"),
    ],
    "NT3": [("occupational_therapist", 7, "band_6"), ("nurse_adult", 11, "band_5")],
    "NC1": [("occupational_therapist", 5, "local"), ("social_worker", 12, "local")],
    "U99001": [("physiotherapist", 2, "band_7"), ("occupational_therapist", 1, "band_7")],
}


def agreement(organisation: str, level: str, **changes: object) -> Agreement:
    """A partner's agreement, in force for the whole life of these tests."""
    values: dict[str, object] = {
        "id": f"agreement-{organisation.lower()}",
        "organisation": organisation,
        "controller": PARTNERS[organisation][0],
        "purpose": "Planning the workforce of the place together",
        "legal_basis": "Public task, UK GDPR article 6(1)(e)",
        "dpia": f"DPIA-{organisation}",
        "level": level,
        "starts": dt.date(2020, 1, 1),
        "ends": dt.date(2099, 12, 31),
    }
    values.update(changes)
    return Agreement(**values)  # type: ignore[arg-type]


def staff(organisation: str, as_of: dt.date = AS_OF) -> pl.DataFrame:
    """Rows of a partner's staff, one a person, whole-time."""
    sector = PARTNERS[organisation][1]
    rows = []
    for profession, people, level in STAFF[organisation]:
        for number in range(people):
            rows.append(
                {
                    "organisation": organisation,
                    "period": f"{as_of:%Y-%m}",
                    "as_of": as_of,
                    "person_key": f"k1:esr:{organisation}-{profession}-{number}",
                    "employer": organisation,
                    "workplace": organisation,
                    "sector": sector,
                    "profession": profession,
                    "registered": True,
                    "level": level,
                    "fte": 1.0,
                    "share_place": 1,
                    "share_basis": "site",
                    "birth_year": 1965 + number % 35,
                    "sex": "female" if number % 3 else "male",
                }
            )
    return pl.DataFrame(rows)


def posts(organisation: str, as_of: dt.date = AS_OF) -> pl.DataFrame:
    """Funded posts of a partner: a tenth more than it has staff, rounded up."""
    return pl.DataFrame(
        [
            {
                "organisation": organisation,
                "period": f"{as_of:%Y-%m}",
                "as_of": as_of,
                "post_key": f"{organisation}-{profession}",
                "sector": PARTNERS[organisation][1],
                "profession": profession,
                "registered": True,
                "level": level,
                "fte": float(people + people // 10 + 1),
                "share_place": 1,
                "share_basis": "site",
                "basis": "ledger",
            }
            for profession, people, level in STAFF[organisation]
        ]
    )


def north(folder: Path, origin: str = "sent") -> Place:
    """The place, with every partner's staff published under its agreement.

    Personas may look at it only when its rows are of the origin ``synthetic``.
    """
    place = Place.create(
        folder,
        name="North",
        code="99N",
        sub_icb="99N",
        organisations=[
            PlaceOrganisation(code, name, sector, kind, parent)
            for code, (name, sector, kind, parent, _) in PARTNERS.items()
        ],
        agreements=[agreement(code, level) for code, (*_, level) in PARTNERS.items() if level],
    )
    for code in STAFF:
        tables = {"assignment": staff(code)}
        if code in ("NT1", "NT2"):
            tables["post"] = posts(code)
        draft = Draft(
            source="esr_staff_in_post",
            sha256=f"{code:0>64}".lower().replace("u", "a").replace("n", "b").replace("t", "c"),
            origin=origin,
            as_of=AS_OF,
            agreement=f"agreement-{code.lower()}",
        )
        place.submit(draft, tables, by="controller")
    return place
