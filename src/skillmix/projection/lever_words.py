"""Levers as people say them: 'a tenth fewer leavers, between 3 and 15 per cent', and back again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from skillmix.projection.scenario import Lever

#: Names of codes by what they are of: organisation, sector, profession (in the plural), staff_group, role.
Names = Mapping[str, Mapping[str, str]]

#: What each kind of lever changes, in words.
KIND_WORDS = {
    "leaver_rate": "How many people leave",
    "joiners": "How many people join",
    "posts": "How many posts there are",
    "learners": "How many newly qualified people come",
}
_RATES = ("leaver_rate", "joiners")


@dataclass(frozen=True, slots=True)
class PlainAmount:
    """An amount as people say it.

    Attributes:
        direction: ``fewer`` or ``more``.
        amount: per cent for rates, people for posts and learners.
        low: the least in that direction; below nought it goes the other way.
        high: the most.
    """

    direction: str
    amount: float
    low: float
    high: float


def plain_amount(lever: Lever) -> PlainAmount:
    """A lever's amount and range as people say them.

    >>> plain_amount(Lever("leaver_rate", 0.9, low=0.85, high=0.97))
    PlainAmount(direction='fewer', amount=10, low=3, high=15)
    """
    ends = [lever.amount, lever.low, lever.high]
    amount, low, high = (lever.amount if v is None else v for v in ends)
    if lever.kind in _RATES:
        amount, low, high = ((v - 1) * 100 for v in (amount, low, high))
    if amount < 0:
        return PlainAmount("fewer", _tidy(-amount), _tidy(-high), _tidy(-low))
    return PlainAmount("more", _tidy(amount), _tidy(low), _tidy(high))


def entry_amounts(kind: str, plain: PlainAmount) -> dict[str, float]:
    """The entries of a lever that say how much, from an amount as people say it.

    Returns:
        ``factor`` or ``people``, with ``low`` and ``high``, as a scenario's file has them.

    >>> entry_amounts("leaver_rate", PlainAmount("fewer", 10, 3, 15))
    {'factor': 0.9, 'low': 0.85, 'high': 0.97}
    """
    sign = -1 if plain.direction == "fewer" else 1
    amount, *ends = (sign * v for v in (plain.amount, plain.low, plain.high))
    low, high = ends if sign > 0 else ends[::-1]
    if kind not in _RATES:
        return {"people": amount, "low": low, "high": high}
    factor, lower, upper = (round(1 + v / 100, 8) for v in (amount, low, high))
    return {"factor": factor, "low": lower, "high": upper}


def _tidy(value: float) -> float:
    """A number without the crumbs of binary arithmetic.

    >>> _tidy(9.999999999), _tidy(-0.0)
    (10, 0)
    """
    rounded = round(value, 6) + 0.0
    return int(rounded) if rounded.is_integer() else rounded


def sentence(lever: Lever, names: Names) -> str:
    """A lever in words.

    >>> names = {"profession": {"midwife": "midwives"}, "organisation": {"A1": "North Hospitals"}}
    >>> where = {"profession": "midwife", "organisation": "A1"}
    >>> sentence(Lever("leaver_rate", 0.9, where, dt.date(2027, 4, 1), low=0.85, high=0.97), names)
    '10% fewer leavers among midwives at North Hospitals from 1 April 2027; range 3% to 15%'
    """
    plain = plain_amount(lever)
    if lever.kind == "learners":
        return _learners(lever, plain, names)
    more = plain.direction
    if lever.kind in _RATES:
        what = {"leaver_rate": "leavers", "joiners": "joiners"}[lever.kind]
        said = f"{plain.amount:,g}% {more} {what} among {_whom(lever, names)}"
    else:
        posts = "post" if plain.amount == 1 else "posts"
        said = f"{plain.amount:,g} {more} {posts} for {_whom(lever, names)}"
    return f"{said}{_when(lever)}{_range(lever, plain)}"


def _learners(lever: Lever, plain: PlainAmount, names: Names) -> str:
    who = _whom(lever, names)
    said = f"{plain.amount:,g} newly qualified {who}"
    if lever.starts is not None:
        said += f" on {_day(lever.starts)}"
    if lever.every_year:
        said += " and every year after" + (f" until {_day(lever.ends)}" if lever.ends else "")
    if lever.completion is not None:
        said += f", of whom {lever.completion * 100:g}% qualify and take up a post"
    return f"{said}{_range(lever, plain)}"


def _range(lever: Lever, plain: PlainAmount) -> str:
    if plain.low == plain.high:
        return ""
    unit = "%" if lever.kind in _RATES else ""
    return f"; range {plain.low:,g}{unit} to {plain.high:,g}{unit}"


def _whom(lever: Lever, names: Names) -> str:
    def name(word: str) -> str:
        code = lever.where[word]
        return names.get(word, {}).get(code, code)

    who = name("profession") if "profession" in lever.where else "staff"
    if "staff_group" in lever.where:
        who += f" of the staff group {name('staff_group')}"
    if "organisation" in lever.where:
        who += f" at {name('organisation')}"
    if "sector" in lever.where:
        who += f" in the sector {name('sector')}"
    return who if lever.where else "all staff of the place"


def _when(lever: Lever) -> str:
    start = f" from {_day(lever.starts)}" if lever.starts else " from the start"
    return start + (f" until {_day(lever.ends)}" if lever.ends else "")


def _day(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"


def plan_sentences(plan: Mapping[str, Any], names: Names) -> list[str]:
    """A recruitment plan in words; what is not there is not said."""
    if not plan:
        return []
    said = []
    roles = [r for r in plan.get("role", []) if isinstance(r, Mapping)]
    known = names.get("role", {})
    listed = [f"{_fte(r.get('fte'))} FTE {known.get(str(r.get('role')), r.get('role'))}" for r in roles]
    if listed:
        said.append(f"Networks recruit {_and(listed)}.")
    start = plan.get("from")
    if isinstance(start, dt.date):
        said.append(f"The posts open on {_day(start)}.")
    if plan.get("within", "affordable") == "affordable":
        said.append("The plan is cut to what the entitlement can pay.")
    else:
        said.append("The plan is carried out as it is given, whatever the entitlement can pay.")
    route = ROUTE_WORDS.get(str(plan.get("route", "network_employs")), str(plan.get("route")))
    said.append(f"Route: {route[0].lower()}{route[1:]}.")
    lost = "are replaced" if plan.get("backfill", True) else "are not replaced"
    said.append(f"Staff drawn from partners {lost}.")
    if plan.get("supplier"):
        supplier = str(plan["supplier"])
        said.append(f"Supplier: {names.get('organisation', {}).get(supplier, supplier)}.")
    return said


#: Routes of a recruitment plan, in words.
ROUTE_WORDS = {
    "network_employs": "The networks employ",
    "partner_supplies": "A partner supplies under contract",
    "staff_rotate": "Staff rotate",
}


def _fte(value: object) -> str:
    return f"{value:,g}" if isinstance(value, int | float) else "?"


def _and(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
