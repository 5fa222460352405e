"""Scenarios as files of a place's folder `scenarios`: written whole or not at all, over nothing unseen."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomlkit

from skillmix.errors import InputError, PlaceError, SkillmixError, Where
from skillmix.place.documents import alone, write_whole
from skillmix.projection.scenario import AMOUNTS, SELECTORS, Lever, Scenario, parse

#: The scenario that every other one is compared with; it is not edited.
BASE = "no_change"


class FileChangedError(PlaceError):
    """Somebody else has changed the file since it was read; nothing was written.

    Attributes:
        found: the text that the file has by now; empty where it is gone.
    """

    def __init__(self, file: str, found: str) -> None:
        super().__init__(
            "Somebody has changed this since you opened it; nothing is saved.",
            cure="Look at both, and save again over what is there now, or start from it.",
            where=[Where(file)],
        )
        self.found = found


@dataclass(frozen=True, slots=True)
class ScenarioFile:
    """A scenario's file.

    Attributes:
        stem: its name without the ending.
        text: what it holds.
        scenario: the scenario; None where the file cannot stand.
        problem: why it cannot stand.
    """

    stem: str
    text: str
    scenario: Scenario | None
    problem: SkillmixError | None = None

    @property
    def version(self) -> str:
        """Names the text as it was read."""
        return version_of(self.text)


def version_of(text: str) -> str:
    """Names a text: the same text has the same version.

    >>> version_of("") == version_of("a")
    False
    """
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def scenario_files(place: Path) -> list[ScenarioFile]:
    """Every scenario of a place, in the order of their names; one that cannot stand is among them."""
    return [_read(path) for path in sorted((place / "scenarios").glob("*.toml"))]


def scenario_file(place: Path, stem: str) -> ScenarioFile | None:
    """One scenario of a place by its file's name; None where there is none."""
    path = place / "scenarios" / f"{stem}.toml"
    # Only a file of the folder itself, whatever the name says.
    return _read(path) if stem and path in (place / "scenarios").glob("*.toml") else None


def _read(path: Path) -> ScenarioFile:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        wrong = InputError("The scenario cannot be read.", cure="Save it as UTF-8.", where=[Where(path.name)])
        return ScenarioFile(path.stem, "", None, wrong)
    try:
        return ScenarioFile(path.stem, text, parse(text, path.name))
    except SkillmixError as refused:
        return ScenarioFile(path.stem, text, None, refused)


def stem_for(place: Path, name: str) -> str:
    """A name for the file of a new scenario that no other has.

    >>> stem_for(Path("nowhere"), "Fewer leavers: 10%")
    'fewer_leavers_10'
    """
    word = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:50] or "scenario"
    taken = {path.stem for path in (place / "scenarios").glob("*.toml")}
    found, number = word, 2
    while found in taken:
        found, number = f"{word}_{number}", number + 1
    return found


def entry_of(lever: Lever) -> dict[str, Any]:
    """A lever as TOML has it: what says nothing is left out."""
    amount = AMOUNTS[lever.kind]
    entry: dict[str, Any] = {"kind": lever.kind}
    entry |= {name: lever.where[name] for name in SELECTORS if name in lever.where}
    given: list[tuple[str, Any, Any]] = [
        ("from", lever.starts, None),
        ("until", lever.ends, None),
        (amount, _number(lever.amount, amount), None),
        ("low", None if lever.low is None else _number(lever.low, amount), _number(lever.amount, amount)),
        ("high", None if lever.high is None else _number(lever.high, amount), _number(lever.amount, amount)),
    ]
    if lever.kind == "learners":
        given += [
            ("completion", lever.completion, None),
            ("age", lever.age, 23.0),
            ("every_year", lever.every_year, False),
        ]
    given += [("source", lever.source, ""), ("note", lever.note, "")]
    entry |= {name: value for name, value, nothing in given if value is not None and value != nothing}
    return entry


def _number(value: float, amount: str) -> float | int:
    return int(value) if amount == "people" and float(value).is_integer() else float(value)


def to_toml(scenario: Scenario, found: str = "") -> str:
    """A scenario as TOML that people can edit.

    Args:
        scenario: the scenario.
        found: the text that it replaces, whose comments are kept where they can be; a recruitment plan that
            has not changed stays as it is, letter for letter.

    Returns:
        The text; `parse` gives the scenario back.
    """
    kept = _rewritten(scenario, found) if found.strip() else None
    return kept if kept is not None and _same(kept, scenario) else _rewritten(scenario, "")


def _same(text: str, scenario: Scenario) -> bool:
    try:
        return parse(text) == scenario
    except SkillmixError:
        return False


def _rewritten(scenario: Scenario, found: str) -> str:
    try:
        document = tomlkit.parse(found)
    except tomlkit.exceptions.TOMLKitError:
        document = tomlkit.document()
    document["name"] = scenario.name
    if scenario.description or "description" in document:
        document["description"] = scenario.description
    if not scenario.plan:
        document.pop("plan", None)
    elif "plan" not in document or document["plan"].unwrap() != scenario.plan:
        document["plan"] = _table(scenario.plan)
    if [dict(e) for e in document.get("lever", [])] != [entry_of(lever) for lever in scenario.levers]:
        document.pop("lever", None)
        if scenario.levers:
            levers = tomlkit.aot()
            for lever in scenario.levers:
                levers.append(_table(entry_of(lever)))
            document["lever"] = levers
    return tomlkit.dumps(document)


def _table(entry: dict[str, Any]) -> Any:
    table = tomlkit.table()
    for key, value in entry.items():
        if isinstance(value, list) and value and all(isinstance(v, dict) for v in value):
            several = tomlkit.aot()
            for one in value:
                several.append(_table(one))
            table[key] = several
        else:
            table[key] = value
    return table


def save(place: Path, stem: str, scenario: Scenario, *, read: str) -> ScenarioFile:
    """Write a scenario into a place's folder, whole or not at all.

    Args:
        place: the place folder.
        stem: name of its file without the ending.
        scenario: the scenario.
        read: version of the text that it was made from; empty for a new file.

    Returns:
        The file as it is now.

    Raises:
        FileChangedError: when the file is not of that version by now; nothing is written then.
        InputError: when the scenario cannot stand, or nothing may be written into it.
    """
    if stem == BASE:
        raise InputError(
            "This scenario changes nothing, and every other one is compared with it.",
            cure="Copy it under another name, and change the copy.",
            where=[Where(f"{BASE}.toml")],
        )
    if not re.fullmatch(r"[\w .-]{1,80}", stem) or stem.startswith("."):
        raise InputError(
            "A scenario's file cannot have this name.",
            cure="Use letters, digits, hyphens and underscores.",
            where=[Where(value=stem)],
        )
    folder = place / "scenarios"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{stem}.toml"
    with alone(folder):
        found = path.read_text(encoding="utf-8") if path.is_file() else ""
        if (version_of(found) if path.is_file() else "") != read:
            raise FileChangedError(path.name, found)
        text = to_toml(scenario, found)
        parse(text, path.name)
        if text != found:
            write_whole(path, text)
    return _read(path)
