"""What networks may claim for additional roles, what is committed, and how much of a plan it can pay.

The entitlement of a year is its rate a weighted patient times the weighted list; the maximum amount of a role
is what may be claimed for 1.0 FTE in a year. Both are reference lists, with their confidence.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from skillmix import reference
from skillmix.errors import InputError, ReferenceListError, RefusedError, Where
from skillmix.place import Facts
from skillmix.projection.assumptions import Assumptions
from skillmix.projection.scenario import Scenario

_PLAN = ("year", "from", "within", "rate", "weighted_patients", "role", "route", "backfill", "supplier")
_ROLE = ("role", "fte", "maximum", "profession")
#: What may be done with a plan that costs more than is left.
WITHIN = ("affordable", "as_given")


@dataclass(frozen=True, slots=True)
class PlannedRole:
    """A role of a recruitment plan.

    Attributes:
        role: code of `arrs_roles`.
        profession: national profession of the role.
        wanted: FTE asked for.
        maximum: pounds a year that may be claimed for 1.0 FTE.
        confidence: of the maximum; ``local`` where the plan gives it.
        affordable_alone: FTE that what is left would pay if all went to this role.
        fte: FTE planned: as wanted, or scaled down to what is left.
    """

    role: str
    profession: str
    wanted: float
    maximum: float
    confidence: str
    affordable_alone: float
    fte: float


@dataclass(frozen=True, slots=True)
class Entitlement:
    """What a recruitment plan may spend, and what it comes to.

    Attributes:
        year: financial year of rate and maxima.
        rate: pounds a weighted patient.
        patients: weighted patients.
        basis: ``weighted`` where a weighted list is given, ``registered, assumed`` where the registered list
            stands in.
        amount: pounds a year.
        low: lower end of the amount's range.
        high: upper end.
        committed: pounds a year that staff in post in these roles would claim at their maximum (assumed: the
            data has no field for who pays).
        uncosted: FTE in post in roles without a published maximum, which `committed` leaves out.
        left: amount less committed, at least nought.
        cost: pounds a year that the plan as wanted would claim.
        scale: share of the plan as wanted that is planned.
        starts: the day on which the posts open.
        roles: the roles planned.
        notes: what must be said.
    """

    year: str
    rate: float
    patients: float
    basis: str
    amount: float
    low: float
    high: float
    committed: float
    uncosted: float
    left: float
    cost: float
    scale: float
    starts: dt.date
    roles: tuple[PlannedRole, ...]
    notes: tuple[str, ...]

    def frame(self) -> pl.DataFrame:
        """The roles as a table: the fields of `PlannedRole`."""
        return pl.DataFrame([{n: getattr(r, n) for n in PlannedRole.__slots__} for r in self.roles])


def year_end(year: str) -> dt.date:
    """The 31 March that ends a financial year written 2025/26."""
    try:
        return dt.date(int(year[:4]) + 1, 3, 31)
    except ValueError:
        raise InputError(
            "The plan's year cannot be read.",
            cure='Write year = "2025/26".',
            where=[Where(column="year", value=year)],
        ) from None


def _patients(facts: Facts) -> float:
    """Registered patients of the place, at the latest date."""
    registered = (
        facts.table("population")
        .filter(pl.col("kind") == "registered")
        .filter(pl.col("as_of") == pl.col("as_of").max())
        .collect()
    )
    whole = registered.filter(pl.col("sex").is_null(), pl.col("age_from").is_null())
    chosen = registered if whole.is_empty() else whole
    return float(chosen.get_column("people").sum() or 0)


def in_post(facts: Facts) -> dict[str, float]:
    """FTE in post in networks by role of the scheme, at the latest date, contracted services among them."""
    mapping = dict(reference.table("arrs_role_mapping").select("role", "arrs_role").iter_rows())
    stock = facts.table("stock").filter(
        pl.col("role").is_not_null(), pl.col("grain").is_in(["place,role", "organisation,role"])
    )
    latest = stock.filter(pl.col("as_of") == pl.col("as_of").max()).collect()
    if latest.is_empty():
        networks = facts.organisations.filter(pl.col("kind") == "network").get_column("organisation")
        rows = facts.table("assignment").filter(pl.col("organisation").is_in(networks.implode()))
        latest = rows.filter(pl.col("as_of") == pl.col("as_of").max()).collect()
    elif "place,role" in latest["grain"].to_list():
        latest = latest.filter(pl.col("grain") == "place,role")
    found: dict[str, float] = {}
    for role, fte in latest.group_by("role").agg(pl.col("fte").sum()).sort("role").iter_rows():
        if mapping.get(role):
            found[mapping[role]] = found.get(mapping[role], 0.0) + float(fte or 0)
    return found


def _maximum(role: str, day: dt.date) -> tuple[float, str] | None:
    try:
        figure = reference.value("arrs_maxima", day, arrs_role=role, area="national")
    except ReferenceListError:
        return None
    return None if figure.value is None else (float(figure.value), figure.confidence)


def _profession(entry: Mapping[str, Any], code: str) -> str:
    if "profession" in entry:
        return str(entry["profession"])
    roles = dict(reference.table("arrs_roles").select("code", "role").iter_rows())
    if code not in roles:
        close = reference.suggest("arrs_roles", code)
        raise InputError(
            "The plan's role is not one of the scheme.",
            cure=f"Did you mean {close[0]}? `skillmix reference show arrs_roles` lists them.",
            where=[Where(column="role", value=code)],
        )
    jobs = dict(reference.table("roles").select("code", "profession").iter_rows())
    profession = jobs.get(roles[code] or "")
    if profession is None:
        raise InputError(
            "The plan's role is open to several professions.",
            cure='Add profession = "..." to it, such as "physiotherapist".',
            where=[Where(column="role", value=code)],
        )
    return str(profession)


def _checked(plan: Mapping[str, Any], file: str) -> None:
    for name in plan:
        if name not in _PLAN:
            raise InputError(
                "The plan has an entry that is not known.",
                cure=f"Choose from {', '.join(_PLAN)}.",
                where=[Where(file, column=name, value=str(plan[name]))],
            )
    if not plan.get("role"):
        raise InputError(
            "The plan has no role.", cure="Add [[plan.role]].", where=[Where(file, column="role")]
        )
    if plan.get("within", "affordable") not in WITHIN:
        raise InputError(
            "'within' cannot be read.",
            cure=f"Choose from {', '.join(WITHIN)}.",
            where=[Where(file, column="within")],
        )
    if not isinstance(plan.get("from"), dt.date):
        raise InputError(
            "The plan does not say when its posts open.",
            cure="Add from = 2027-04-01, without quotes.",
            where=[Where(file, column="from")],
        )
    for role in plan["role"]:
        for name in role:
            if name not in _ROLE:
                raise InputError(
                    "A role of the plan has an entry that is not known.",
                    cure=f"Choose from {', '.join(_ROLE)}.",
                    where=[Where(file, column=name, value=str(role[name]))],
                )
        fte = role.get("fte")
        if isinstance(fte, bool) or not isinstance(fte, int | float) or fte <= 0:
            raise InputError(
                "A role of the plan does not say how many FTE.",
                cure="Add fte = 10.0.",
                where=[Where(file, column="fte", value=str(role.get("role")))],
            )


def recruitment(scenario: Scenario, facts: Facts, assumptions: Assumptions) -> Entitlement:
    """What a scenario's recruitment plan may spend, and how much of it is planned.

    Args:
        scenario: with a table ``[plan]``.
        facts: of the place: registered patients, and staff of networks by role.
        assumptions: `weighted_per_registered`.

    Returns:
        The entitlement and the roles planned.

    Raises:
        RefusedError: when a role has no published maximum and the plan gives none, or the year has no
            published rate and the plan gives none, or the list of patients is not known.
        InputError: when the plan cannot be read.
    """
    plan = scenario.plan
    _checked(plan, scenario.name)
    year = str(plan.get("year", "2025/26"))
    day = year_end(year)
    notes = []
    rate = plan.get("rate")
    if rate is None:
        try:
            rate = reference.value("arrs_rates", day, year=year).value
        except ReferenceListError:
            rate = None
    if rate is None:
        raise RefusedError(
            f"No rate a weighted patient is published for {year}.",
            cure="Add rate = ... (pounds a weighted patient) to [plan], or choose another year.",
        )
    weight = assumptions["weighted_per_registered"]
    given = plan.get("weighted_patients")
    patients = float(given) if given is not None else _patients(facts) * weight.value
    if patients <= 0:
        raise RefusedError(
            "The place's list of patients is not known, so its entitlement is not.",
            cure="Load registered patients, or add weighted_patients = ... to [plan].",
        )
    low, high = (1.0, 1.0) if given is not None else weight.factors
    basis = "weighted" if given is not None else "registered, assumed"
    if given is None:
        notes.append("No weighted list is loaded: the registered list stands in for it (assumed).")
    amount = float(rate) * patients
    own = {str(r["role"]): float(r["maximum"]) for r in plan["role"] if r.get("maximum")}
    committed, uncosted = 0.0, 0.0
    for role, fte in in_post(facts).items():
        most = own.get(role) or (_maximum(role, day) or (0.0, ""))[0]
        committed += fte * most
        uncosted += 0.0 if most else fte
    notes.append(
        "Staff in post in these roles are taken to be claimed for at their maximum: the data does not say "
        "who pays for whom (assumed)."
    )
    if uncosted:
        notes.append(
            f"{uncosted:.1f} FTE in post are in roles without a published maximum and are not counted as "
            "committed, so less is left than shown."
        )
    left = max(amount - committed, 0.0)
    wanted = []
    for entry in plan["role"]:
        code = str(entry["role"])
        profession = _profession(entry, code)
        found = (own[code], "local") if code in own else _maximum(code, day)
        if found is None:
            raise RefusedError(
                f"No maximum amount is published for {code} in {year}.",
                cure="Add maximum = ... (pounds a year for 1.0 FTE, on-costs included) to the role.",
                where=[Where(scenario.name, column="maximum", value=code)],
            )
        wanted.append((code, profession, float(entry["fte"]), *found))
    cost = sum(fte * most for _, _, fte, most, _ in wanted)
    scale = 1.0 if plan.get("within") == "as_given" else min(1.0, left / cost)
    if scale < 1:
        notes.append(f"The plan is scaled to {100 * scale:.0f} per cent: what is left of the entitlement.")
    if plan.get("within") == "as_given" and cost > left:
        notes.append(f"The plan costs {cost - left:,.0f} pounds a year more than is left of the entitlement.")
    roles = tuple(
        PlannedRole(code, profession, fte, most, confidence, left / most, fte * scale)
        for code, profession, fte, most, confidence in wanted
    )
    return Entitlement(
        year,
        float(rate),
        patients,
        basis,
        amount,
        amount * low,
        amount * high,
        committed,
        uncosted,
        left,
        cost,
        scale,
        plan["from"],
        roles,
        tuple(notes),
    )
