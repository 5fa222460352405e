"""Staged files in a folder: Parquet and JSON, whole or not at all.

A folder holds one folder of Parquet files and `staged.json`, which names it. The JSON is written last and
takes effect at once: whoever stops in between leaves what stood there before.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import secrets
import shutil
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import polars as pl

from skillmix.errors import PlaceError, Where
from skillmix.intake import findings
from skillmix.intake.declarations import FieldMap
from skillmix.intake.staging import Staged
from skillmix.intake.text import Text
from skillmix.intake.understanding import Boundary, Taken, Understood

#: The format of staged folders that this version reads and writes.
FORMAT = 1
#: The file that names the others.
HEAD = "staged.json"
_COUNTS = ("rows_read", "rows_loaded", "rows_outside", "rows_not_used")
#: Seconds after which what nobody names was left by somebody who was stopped.
_ABANDONED = 3_600
#: How often a folder that is written over meanwhile is read, and seconds between.
_TRIES, _PAUSE = 20, 0.02
#: Begins the name of a table of facts among the files.
_FACTS = "facts_"


def _frames(staged: Staged) -> dict[str, pl.DataFrame]:
    text, understood = staged.taken.text, staged.understood
    frames = {
        "rows": text.rows,
        "raw": text.raw,
        "door": text.door,
        "structure": findings.together(text.findings),
        "sent": understood.sent,
        "findings": understood.findings,
        "organisations": understood.organisations,
        "corrections": staged.corrections,
    }
    if staged.person_links is not None:
        frames["links"] = staged.person_links
    return frames | {_FACTS + name: facts for name, facts in understood.tables.items()}


def _head(staged: Staged, folder: str) -> dict[str, Any]:
    text, understood, within = staged.taken.text, staged.understood, staged.boundary
    return {
        "format": FORMAT,
        "folder": folder,
        "map": understood.source.model_dump(mode="json"),
        "file": staged.file,
        "sha256": staged.sha256,
        "headings": text.headings,
        "text_notes": text.notes,
        "read": text.read,
        "long_rows": text.long_rows,
        "outside": staged.taken.outside,
        "within": {
            "organisations": sorted(within.organisations),
            "areas": sorted(within.areas),
            "sub_icb": within.sub_icb,
            "only": within.only,
            "sectors": within.sectors,
        },
        "notes": understood.notes,
        "counts": {name: getattr(understood, name) for name in _COUNTS},
        "edition": understood.edition,
        "as_of": str(understood.as_of) if understood.as_of else None,
        "asked_edition": staged.asked_edition,
        "asked_as_of": str(staged.asked_as_of) if staged.asked_as_of else None,
        "by": staged.by,
        "at": staged.at.isoformat(),
        "key_note": staged.key_note,
    }


def write(staged: Staged, folder: Path) -> None:
    """Keep a staged file in a folder, over what stood there before."""
    folder.mkdir(parents=True, exist_ok=True)
    name = secrets.token_hex(6)
    building = folder / f".{name}"
    building.mkdir()
    try:
        for part, frame in _frames(staged).items():
            frame.write_parquet(building / f"{part}.parquet")
        building.rename(folder / name)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    head = folder / f".{name}.json"
    with head.open("w", encoding="utf-8") as file:
        json.dump(_head(staged, name), file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    before = _named(folder)
    head.replace(folder / HEAD)
    _sweep(folder, before)


def _named(folder: Path) -> str | None:
    """The folder of Parquet files that counts now."""
    try:
        return str(json.loads((folder / HEAD).read_text(encoding="utf-8"))["folder"])
    except (OSError, ValueError, KeyError):
        return None


def _sweep(folder: Path, before: str | None) -> None:
    """Take away what was written over and what somebody left who was stopped, not what another writes now."""
    now = _named(folder)
    for other in folder.iterdir():
        if other.name in (HEAD, now):
            continue
        with suppress(OSError):
            if other.name != before and time.time() - other.stat().st_mtime < _ABANDONED:
                continue
            if other.is_dir():
                shutil.rmtree(other, ignore_errors=True)
            else:
                other.unlink()


def read(folder: Path) -> Staged:
    """A staged file from its folder.

    Raises:
        PlaceError: when it is missing or damaged.
    """
    if not (folder / HEAD).is_file():
        raise PlaceError(
            "There is no staged file here.", cure="Send the file again.", where=[Where(file=folder.name)]
        )
    for _ in range(_TRIES):
        try:
            head = json.loads((folder / HEAD).read_text(encoding="utf-8"))
            if head["format"] != FORMAT:
                break
            parts = {f.stem: pl.read_parquet(f) for f in (folder / head["folder"]).glob("*.parquet")}
            return _staged(head, parts)
        except (OSError, ValueError, KeyError, TypeError, pl.exceptions.PolarsError):
            time.sleep(_PAUSE)  # it may have been written over in this moment
    raise PlaceError(
        "The staged file is damaged.", cure="Send the file again.", where=[Where(file=folder.name)]
    )


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _staged(head: dict[str, Any], parts: dict[str, pl.DataFrame]) -> Staged:
    chosen = FieldMap.model_validate(head["map"])
    text = Text(
        rows=parts["rows"],
        headings=head["headings"],
        raw=parts["raw"],
        door=parts["door"],
        findings=[parts["structure"]],
        notes=head["text_notes"],
        read=head["read"],
        long_rows=head["long_rows"],
    )
    within = head["within"]
    understood = Understood(
        source=chosen,
        file=head["file"],
        sha256=head["sha256"],
        headings=head["headings"],
        sent=parts["sent"],
        tables={n.removeprefix(_FACTS): f for n, f in sorted(parts.items()) if n.startswith(_FACTS)},
        findings=parts["findings"],
        notes=tuple(head["notes"]),
        organisations=parts["organisations"],
        edition=head["edition"],
        as_of=_day(head["as_of"]),
        **head["counts"],
    )
    return Staged(
        taken=Taken(chosen, head["file"], head["sha256"], text, head["outside"]),
        boundary=Boundary(
            frozenset(within["organisations"]),
            frozenset(within["areas"]),
            within["sub_icb"],
            within["only"],
            tuple((code, sector) for code, sector in within.get("sectors", [])),
        ),
        understood=understood,
        asked_as_of=_day(head["asked_as_of"]),
        asked_edition=head["asked_edition"],
        by=head["by"],
        at=dt.datetime.fromisoformat(head["at"]),
        person_links=parts.get("links"),
        corrections=parts["corrections"],
        key_note=head["key_note"],
    )
