"""What a projection assumes, each with value, range, unit, source, date and confidence.

They stand in the place's folder `assumptions`, in TOML that people edit; the first projection writes the
defaults there. Confidence is `published` (a statistics publisher's figure, or one line of arithmetic on it),
`local` (the place's own) or `assumed`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import tomlkit

from skillmix import reference
from skillmix.errors import InputError, Where
from skillmix.projection import england

#: File of a place's folder `assumptions` that the first projection writes.
FILE = "projection.toml"
CONFIDENCES = ("published", "local", "assumed")
_CONFIDENCE = {"published": "published", "seen": "published", "calculated": "published"}


@dataclass(frozen=True, slots=True)
class Assumption:
    """A figure that a projection rests on.

    Attributes:
        name: what it is; a dot parts the figure from what it is of, as in ``leaver_rate.midwives``.
        value: the figure.
        low: 5 in 100 runs fall below.
        high: 5 in 100 runs exceed.
        unit: what it counts.
        source: where it comes from.
        date: the day it is of.
        confidence: published, local or assumed.
        note: what it decides.
    """

    name: str
    value: float
    low: float
    high: float
    unit: str
    source: str
    date: dt.date
    confidence: str
    note: str = ""

    @property
    def factors(self) -> tuple[float, float]:
        """Low and high as multiples of the value; 1 and 1 where the value is nought."""
        return (self.low / self.value, self.high / self.value) if self.value else (1.0, 1.0)


class Assumptions(Mapping[str, Assumption]):
    """Assumptions by name."""

    def __init__(self, items: Iterable[Assumption]) -> None:
        self._items = {item.name: item for item in items}

    def __getitem__(self, name: str) -> Assumption:
        """The assumption of that name.

        Raises:
            InputError: when there is none.
        """
        try:
            return self._items[name]
        except KeyError:
            raise InputError(
                f"No assumption is named {name}.",
                cure=f"Add it to assumptions/{FILE}, or delete that file to have the defaults written again.",
                where=[Where(FILE, value=name)],
            ) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __contains__(self, name: object) -> bool:
        return name in self._items

    @cached_property
    def hash(self) -> str:
        """SHA-256 of every figure and what is said of it."""
        plain = [{**asdict(self._items[n]), "date": self._items[n].date.isoformat()} for n in sorted(self)]
        return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()

    def over(self, others: Assumptions) -> Assumptions:
        """These, and the others where these have none of the name."""
        return Assumptions([*(others[n] for n in others if n not in self), *self._items.values()])


def _published(staff_group: str, least: Mapping[str, tuple[float, float]]) -> Iterator[Assumption]:
    """Leaver, joiner and conversion rate of a staff group in England.

    The leaver rate is the latest year's; its range reaches one further year's fall either way, and no less
    than the least range. Joiners and conversions are the mean of the latest two years over the latest stock,
    as in the back-test; their ranges span the years published. No range is narrower than the least of its
    kind, without which the back-test's intervals would have been too sure.
    """
    years = england.years(staff_group)
    last = years[-1]
    day = dt.date(last.ends, 9, 30)
    common: dict[str, Any] = {"source": england.SOURCE, "date": day, "confidence": "published"}
    rate, before = last.leaver_rate, years[-2].leaver_rate
    fall = min(rate / before, before / rate)
    yield Assumption(
        f"leaver_rate.{staff_group}",
        round(rate, 5),
        round(rate * min(least["leaver_rate"][0], fall), 5),
        round(rate * max(least["leaver_rate"][1], 1 / fall), 5),
        "share a year",
        note="Level of the rates by age; their shape is published.",
        **common,
    )
    if staff_group == "doctors":
        return
    for name, flows in (
        ("joiner_rate", [y.joiners / last.end for y in years]),
        ("conversion_rate", [y.conversion / last.end for y in years]),
    ):
        value = (flows[-1] + flows[-2]) / 2
        ends = [value * factor for factor in least[name]]
        low, high = min(*flows, *ends), max(*flows, *ends)
        yield Assumption(
            f"{name}.{staff_group}",
            round(value, 5),
            round(low, 5),
            round(high, 5),
            "share of the stock a year",
            note="Mean of two years; the range spans the years published.",
            **common,
        )


@lru_cache(maxsize=1)
def defaults() -> Assumptions:
    """The assumptions that every place starts from: published rates, and the reference list."""
    items = []
    for row in reference.table("projection_assumptions").iter_rows(named=True):
        items.append(
            Assumption(
                row["name"],
                row["value"],
                row["low"],
                row["high"],
                row["unit"],
                row["source"],
                row["valid_from"],
                _CONFIDENCE.get(row["confidence"], "assumed"),
                row["note"] or "",
            )
        )
    least = {
        i.name.removeprefix("least_range."): (i.low, i.high)
        for i in items
        if i.name.startswith("least_range.")
    }
    groups = reference.table("staff_groups")
    for code, scheme in groups.select("code", "scheme").iter_rows():
        if scheme == "hchs" and code != "unknown_classification":
            items.extend(_published(code, least))
    items.extend(_published("all", least))
    return Assumptions(items)


def read(path: Path) -> Assumptions:
    """Read a file of assumptions.

    Args:
        path: TOML with one table ``[[assumption]]`` each.

    Raises:
        InputError: when the file is not TOML, an entry lacks a part, or value and range do not agree.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (UnicodeDecodeError, OSError) as wrong:
        raise InputError(
            f"The file cannot be read: {wrong}.", cure="Save it as UTF-8.", where=[Where(path.name)]
        ) from None
    return _parsed(text, path.name)


@lru_cache(maxsize=64)
def _parsed(text: str, file: str) -> Assumptions:
    """The assumptions in a text; a page asks for the same ones again and again."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise InputError(
            f"The file cannot be read: {wrong}.", cure="Mend that line.", where=[Where(file)]
        ) from None
    return Assumptions(read_entry(found, file) for found in document.get("assumption", []))


def read_entry(entry: Mapping[str, Any], file: str) -> Assumption:
    """An assumption from its entry.

    Raises:
        InputError: when the entry lacks a part, or value and range do not agree.
    """
    name = str(entry.get("name", "?"))
    needed = ("name", "value", "unit", "source", "date", "confidence")
    if missing := [part for part in needed if part not in entry]:
        raise InputError(
            f"The assumption {name} has no {missing[0]}.",
            cure=f"Give it {', '.join(needed)}, and low and high.",
            where=[Where(file, column=missing[0], value=name)],
        )
    try:
        value = float(entry["value"])
        low, high = float(entry.get("low", value)), float(entry.get("high", value))
    except (TypeError, ValueError):
        raise InputError(
            f"A figure of the assumption {name} is not a number.",
            cure="Write digits and a decimal point.",
            where=[Where(file, column="value", value=str(entry["value"]))],
        ) from None
    if not low <= value <= high:
        raise InputError(
            f"The assumption {name} lies outside its own range.",
            cure=f"Give a low of at most, and a high of at least, {value:g}.",
            where=[Where(file, column="value", value=f"{low:g} to {high:g}")],
        )
    if entry["confidence"] not in CONFIDENCES or not isinstance(entry["date"], dt.date):
        raise InputError(
            f"The assumption {name} has a confidence or a date that cannot stand.",
            cure=f"Confidence is one of {', '.join(CONFIDENCES)}; a date is written 2026-03-31.",
            where=[Where(file, column="confidence", value=str(entry["confidence"]))],
        )
    return Assumption(
        name,
        value,
        low,
        high,
        str(entry["unit"]),
        str(entry["source"]),
        entry["date"],
        str(entry["confidence"]),
        str(entry.get("note", "")),
    )


def write(assumptions: Assumptions, path: Path) -> None:
    """Write assumptions as TOML that people can edit; whole or not at all."""
    document = tomlkit.document()
    document.add(tomlkit.comment("What projections of this place assume. Edit a value, say where it comes"))
    document.add(
        tomlkit.comment("from, and set its confidence to 'local'. 5 in 100 runs lie beyond each end.")
    )
    tables = tomlkit.aot()
    for name in sorted(assumptions):
        table = tomlkit.table()
        for key, value in asdict(assumptions[name]).items():
            if value != "":
                table[key] = value
        tables.append(table)
    document["assumption"] = tables
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".part")
    partial.write_text(tomlkit.dumps(document), encoding="utf-8")
    partial.replace(path)


def of_place(folder: Path, *, write_defaults: bool = True) -> Assumptions:
    """The assumptions of a place, the defaults where it has none of its own.

    Args:
        folder: the place folder.
        write_defaults: whether to write the defaults on first use.

    Raises:
        InputError: as `read`.
    """
    files = sorted((folder / "assumptions").glob("*.toml"))
    own = Assumptions([])
    for file in files:
        own = read(file).over(own)
    whole = own.over(defaults())
    if write_defaults and not (folder / "assumptions" / FILE).exists():
        write(whole, folder / "assumptions" / FILE)
    return whole
