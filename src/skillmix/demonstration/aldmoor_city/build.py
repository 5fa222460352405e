"""Aldmoor as a place: a folder with its partners, its facts and its answer key."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import polars as pl

from skillmix.demonstration.aldmoor_city.events import QUARTERS
from skillmix.demonstration.aldmoor_city.figures import Assumptions, assumptions
from skillmix.demonstration.aldmoor_city.generation import SEED, city
from skillmix.demonstration.aldmoor_city.organisations import AREA, CITY, SYSTEM, organisations
from skillmix.place import Draft, Place, PlaceOrganisation

#: The tables that each source sends; one submission a source.
SOURCES = {
    "aldmoor_organisations": ("organisation",),
    "aldmoor_staff": ("assignment",),
    "aldmoor_movements": ("movement",),
    "aldmoor_establishment": ("post", "vacancy"),
    "aldmoor_ledger": ("ledger",),
    "aldmoor_recruitment": ("recruitment",),
    "aldmoor_absence": ("absence",),
    "aldmoor_learners": ("learner",),
    "aldmoor_population": ("population",),
}
#: The answer key in the place folder.
ANSWERS = "answers.json"


def partners(given: Assumptions) -> list[PlaceOrganisation]:
    """The organisations as partners of the place; the ambulance trust serves it with a share."""
    share = Decimal(str(given["ambulance.share_place"]))
    return [
        PlaceOrganisation(
            code=o.code,
            name=o.name,
            sector=o.sector,
            kind=o.kind,
            parent=o.parent,
            share_place=share if o.sector == "ambulance" else Decimal(1),
            share_basis="catchment" if o.sector == "ambulance" else "site",
            share_confidence="assumed",
            share_source="Invented for Aldmoor",
        )
        for o in organisations()
    ]


def aldmoor(
    path: Path | str,
    progress: Callable[[str], None] | None = None,
    size: float | None = None,
    seed: int = SEED,
) -> Place:
    """Builds Aldmoor, the invented city, as a place folder.

    Every row has the origin ``synthetic``. No organisation, person or figure is real; organisation codes hold
    a hyphen, which no ODS code does. The answer key is written into the folder as `answers.json`.

    Args:
        path: the folder; it must not exist, or be empty.
        progress: called with a short message for each step.
        size: 1 (and None) for about 25,000 people, less for tests.
        seed: another seed gives another city.

    Returns:
        The place, opened.

    Raises:
        InputError: when the size cannot stand.
        PlaceError: when the folder is not empty.
    """
    tell = progress or (lambda message: None)
    frames, key = city(seed, size, progress)
    place = Place.create(
        path,
        name="Aldmoor (invented)",
        code=CITY,
        kind="demonstration",
        sub_icb=CITY,
        icb=SYSTEM,
        areas=[AREA],
        organisations=partners(assumptions()),
    )
    last = "-".join(f"{part:02d}" for part in QUARTERS[-1])
    for source, tables in SOURCES.items():
        tell(f"Aldmoor: storing {source.removeprefix('aldmoor_')}")
        sent = {name: frames[name] for name in tables}
        place.submit(
            Draft(
                source=source,
                sha256=fingerprint(sent),
                origin="synthetic",
                as_of=max(_last(frame) for frame in sent.values()),
                file_name=f"INVENTED_{source}_{last}",
                rows_read=sum(frame.height for frame in sent.values()),
            ),
            sent,
        )
    file = place.path / ANSWERS
    file.write_text(json.dumps(key, indent=2, ensure_ascii=False, default=str) + "\n", encoding="utf-8")
    return place


def answers(size: float | None = None, seed: int = SEED) -> dict[str, object]:
    """The answer key of Aldmoor: by name of each planted fact, what it is in words, and its values.

    >>> answers(size=0.01)["profession_everywhere"]["allied_health_professions_in_all_five_partners"]
    ['occupational_therapist']
    """
    return city(seed, size)[1]


def fingerprint(frames: dict[str, pl.DataFrame]) -> str:
    """A hash of what is sent: the same rows give the same hash."""
    digest = hashlib.sha256()
    for name in sorted(frames):
        content = io.BytesIO()
        frames[name].write_csv(content)
        digest.update(name.encode() + b"\n" + content.getvalue())
    return digest.hexdigest()


def _last(frame: pl.DataFrame) -> dt.date:
    last = frame.get_column("as_of").max()
    assert isinstance(last, dt.date)
    return last
