"""Is everything here that skillmix needs? Each finding with its cure."""

from __future__ import annotations

import re
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Annotated

import typer

from skillmix.cli import output
from skillmix.cli.output import Format, FormatOption

#: Free disk below which a place of a region could not be built, in bytes.
ENOUGH_DISK = 2 * 1024**3

GOOD, ADVICE, BAD = "good", "advice", "bad"
Finding = dict[str, object]


def _finding(check: str, state: str, found: str, cure: str | None = None) -> Finding:
    return {"check": check, "state": state, "found": found, "cure": cure}


def _python() -> Iterator[Finding]:
    # An older Python cannot get this far: the package does not install on it.
    yield _finding("python", GOOD, ".".join(map(str, sys.version_info[:3])))


def _packages() -> Iterator[Finding]:
    try:
        declared = metadata.requires("skillmix") or []
    except metadata.PackageNotFoundError:
        yield _finding(
            "package skillmix", BAD, "not installed", "Run 'pip install --no-deps .' in its folder."
        )
        return
    for requirement in declared:
        extra = re.search(r"extra\s*==\s*['\"](\w+)['\"]", requirement)
        if extra and extra[1] not in ("projection", "report", "web"):
            continue
        name = re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0]
        if name == "skillmix":
            continue
        try:
            yield _finding(f"package {name}", GOOD, metadata.version(name))
        except metadata.PackageNotFoundError:
            cure = "Run 'pip install --require-hashes -r requirements.txt'."
            yield _finding(f"package {name}", ADVICE if extra else BAD, "not installed", cure)


def _disk(folder: Path) -> Iterator[Finding]:
    free = shutil.disk_usage(folder).free
    enough = free >= ENOUGH_DISK
    yield _finding(
        "free disk",
        GOOD if enough else ADVICE,
        f"{free / 1024**3:.1f} GiB",
        None if enough else "Make room, or work in a folder on a larger disk.",
    )
    try:
        with tempfile.NamedTemporaryFile(dir=folder):
            pass
        yield _finding("writing", GOOD, f"{folder.resolve()} may be written")
    except OSError as error:
        cure = "Work in a folder that you may write."
        yield _finding("writing", BAD, f"{folder.resolve()}: {error.strerror}", cure)


def _keys(file: Path) -> Iterator[Finding]:
    if not file.exists():
        yield _finding("key file", GOOD, f"{file}: none yet; made on first use")
        return
    mode = stat.S_IMODE(file.stat().st_mode)
    if mode & 0o077:
        yield _finding("key file", BAD, f"{file}: mode {mode:04o}", f"Run 'chmod 600 {file}'.")
    else:
        yield _finding("key file", GOOD, f"{file}: mode {mode:04o}")


def _official(named: str) -> Iterator[Finding]:
    if not named:
        yield _finding(
            "official files",
            GOOD,
            "none named; published figures are carried by the package and serve every place",
        )
    elif Path(named).is_dir():
        yield _finding("official files", GOOD, named)
    else:
        cure = "Set SKILLMIX_OFFICIAL_DATA to a folder that exists, or unset it."
        yield _finding("official files", ADVICE, f"{named}: no such folder", cure)


def _place(folder: Path) -> Iterator[Finding]:
    from skillmix.errors import SkillmixError
    from skillmix.place import Place

    try:
        place = Place.open(folder)
    except SkillmixError as error:
        yield _finding("place", BAD, error.problem, error.cure)
        return
    yield _finding("place", GOOD, f"{place.name} ({place.code}), publication number {place.number}")


def doctor(
    place: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="A place folder to look at too.")
    ] = None,
    form: FormatOption = Format.table,
) -> None:
    """Check that this machine has what skillmix needs; each finding comes with its cure."""
    from skillmix import settings

    known = settings.load(place)
    findings = [
        *_python(),
        *_packages(),
        *_disk(Path.cwd()),
        *_keys(known.key_path),
        *_official(known.official_data),
    ]
    if place is not None:
        findings += _place(place)
    output.emit(findings, form)
    if any(finding["state"] == BAD for finding in findings):
        raise typer.Exit(1)
