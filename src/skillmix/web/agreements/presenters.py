"""What pages of agreements show: who shares what with whom until when, and what to do first."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from skillmix.place import Agreement, Place
from skillmix.web.agreements.forms import LEVELS
from skillmix.web.people.access import Principal

#: An agreement that ends within so many days is told of.
SOON = 60


@dataclass(frozen=True, slots=True)
class Sent:
    """One submission of a partner, as far as its agreement goes.

    Attributes:
        submission: its identifier.
        source: the kind of source.
        received: when it came.
        organisation: the partner that it reports on.
        agreement: the agreement that counts, or None.
        published: whether it would be shown if its agreement allowed.
    """

    submission: str
    source: str
    received: dt.datetime
    organisation: str
    agreement: str | None
    published: bool


def sent(place: Place) -> list[Sent]:
    """What partners sent, one entry for each partner that a submission reports on; the newest first."""
    rows = place.received([*place.organisations]).filter(origin="sent")
    return [
        Sent(
            row["submission"],
            row["source"],
            row["received"],
            about,
            row["agreement"],
            row["state"] == "published",
        )
        for row in rows.iter_rows(named=True)
        if row["state"] != "withdrawn"
        for about in row["organisations"]
    ]


def name_of(place: Place, organisation: str) -> str:
    """A partner's name."""
    found = place.organisations.get(organisation)
    return found.name if found is not None else organisation


def uncovered(place: Place, on: dt.date, received: list[Sent]) -> list[dict[str, Any]]:
    """Partners whose facts nobody may read on a day, why, and what to do; those with most to gain first."""
    by_id = {a.id: a for a in place.agreements}
    found: dict[str, dict[str, Any]] = {}
    for one in received:
        agreement = by_id.get(one.agreement or "")
        if agreement is not None and agreement.organisation == one.organisation and agreement.in_force(on):
            continue
        entry = found.setdefault(
            one.organisation,
            {
                "organisation": one.organisation,
                "name": name_of(place, one.organisation),
                "submissions": 0,
                "published": 0,
                "ended": None,
                "renewal": place.agreement_for(one.organisation, on),
            },
        )
        entry["submissions"] += 1
        entry["published"] += one.published
        if agreement is not None and agreement.organisation == one.organisation and agreement.expired(on):
            entry["ended"] = max(agreement.ends, entry["ended"] or agreement.ends)
    return sorted(found.values(), key=lambda e: (-e["published"], e["name"]))


def sees_level(principal: Principal, agreement: Agreement) -> bool:
    """Whether somebody is told an agreement's level.

    The partner itself is, and whoever records agreements: anybody else who knew it could tell which partner
    an unnamed one is.
    """
    return principal.may("agreements") or agreement.organisation in principal.own


def row(place: Place, agreement: Agreement, on: dt.date, principal: Principal) -> dict[str, Any]:
    """One agreement, in words, as somebody may see it."""
    left = (agreement.ends - on).days
    short, long = LEVELS[agreement.level] if sees_level(principal, agreement) else ("", "")
    if agreement.expired(on):
        state, colour = "Ended", "grey"
    elif agreement.starts > on:
        state, colour = f"Begins {agreement.starts:%d/%m/%Y}", "blue"
    elif left <= SOON:
        state, colour = "Ends soon", "orange"
    else:
        state, colour = "In force", "green"
    return {
        "id": agreement.id,
        "name": name_of(place, agreement.organisation),
        "organisation": agreement.organisation,
        "level": short,
        "level_means": long,
        "controller": agreement.controller,
        "purpose": agreement.purpose,
        "legal_basis": agreement.legal_basis,
        "dpia": agreement.dpia,
        "starts": agreement.starts,
        "ends": agreement.ends,
        "left": _left(left) if not agreement.expired(on) else "",
        "state": state,
        "colour": colour,
        "retention": agreement.retention_months,
        "oldest": agreement.oldest(on),
        "standing": not agreement.expired(on),
    }


def _left(days: int) -> str:
    if days == 0:
        return "today is the last day"
    return f"{days} day{'s' if days != 1 else ''} left"


def listed(
    place: Place, on: dt.date, principal: Principal
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Agreements that stand or are to come, the first to end first; and those ended, the last first."""
    rows = [row(place, a, on, principal) for a in sorted(place.agreements, key=lambda a: (a.ends, a.id))]
    standing = [r for r in rows if r["standing"]]
    return standing, [r for r in rows if not r["standing"]][::-1]


def attachable(place: Place, agreement: Agreement, on: dt.date, received: list[Sent]) -> list[Sent]:
    """What the partner of an agreement sent that no agreement in force covers."""
    standing = {a.id for a in place.agreements if a.organisation == agreement.organisation and a.in_force(on)}
    return [
        one
        for one in received
        if one.organisation == agreement.organisation and one.agreement not in standing
    ]


def plain(agreement: Agreement) -> dict[str, Any]:
    """An agreement as the audit keeps it."""
    return {k: v.isoformat() if isinstance(v, dt.date) else v for k, v in agreement.to_toml().items()}
