"""A small place with people in it, and what a search of its whole folder finds."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import io
from pathlib import Path

import polars as pl

from skillmix.place import Agreement, Draft, Place, Receipt


def agreement(name: str, organisation: str = "TRUST1", **changes: object) -> Agreement:
    values: dict[str, object] = {
        "id": name,
        "organisation": organisation,
        "controller": "The trust",
        "purpose": "workforce planning",
        "legal_basis": "public task",
        "dpia": "DPIA-1",
        "level": "named",
        "starts": dt.date(2020, 1, 1),
        "ends": dt.date(2099, 12, 31),
    }
    return Agreement(**{**values, **changes})  # type: ignore[arg-type]


def send(
    place: Place,
    word: str,
    organisation: str = "TRUST1",
    *,
    people: int = 3,
    periods: tuple[str, ...] = ("2026-06",),
    agreed: str | None = None,
    publish: bool = True,
    origin: str = "sent",
    source: str = "jobs",
    sha256: str = "",
) -> Receipt:
    """Submit people of whom every key, raw row and file name holds a word to search for."""
    keys = [f"k:nwrs:{word}{n}" for n in range(people)]
    each = [
        pl.DataFrame(
            {
                "organisation": organisation,
                "period": period,
                "as_of": [dt.date(int(period[:4]), int(period[5:]), 28)] * people,
                "person_key": keys,
                "fte": [1] * people,
                "share_place": 1,
                "share_basis": "site",
                "role_as_sent": [f"role {word}"] * people,
            }
        )
        for period in periods
    ]
    jobs = pl.concat(each)
    links = pl.DataFrame(
        {"person_key": keys, "person": [f"person {k}" for k in keys], "kind": "nwrs", "key_id": "k"}
    )
    aside = pl.DataFrame({"row": [99], "rule": ["r"], "value": [f"aside {word}"]})
    draft = Draft(
        source=source,
        sha256=sha256 or hashlib.sha256(word.encode()).hexdigest(),
        origin=origin,
        agreement=agreed,
        file_name=f"{word}.csv",
        incoming=jobs.select("person_key").with_row_index("row", offset=2),
        set_aside=aside,
        person_links=links,
    )
    return place.submit(draft, {"assignment": jobs}, publish=publish)


def files_with(folder: Path, word: str) -> list[str]:
    """Every file under a folder in which a word stands, also within Parquet and gzip, and in its name."""
    found = []
    for path in folder.rglob("*"):
        told = path.relative_to(folder).as_posix()
        if path.is_file() and word in _text(path.read_bytes()) + told:
            found.append(told)
    return sorted(found)


def _text(content: bytes) -> str:
    text = content.decode("latin-1")
    if content[:4] == b"PAR1":
        frame = pl.read_parquet(io.BytesIO(content), hive_partitioning=False)
        text += str(frame.to_dicts())
    if content[:2] == b"\x1f\x8b":
        text += gzip.decompress(content).decode("latin-1")
    return text
