"""What assumptions are called on pages, and how they are grouped."""

from __future__ import annotations

from functools import cache

from skillmix import reference

#: Groups, in the order of the page.
GROUPS = {
    "leaving": "How many people leave",
    "joining": "How many people join, and how fast posts are filled",
    "moving": "How many people change staff group",
    "primary_care": "Recruitment into primary care",
    "counting": "How people, learners and lists are counted",
}
CONFIDENCE = {"assumed": "Assumed", "local": "This place's own", "published": "Published"}

_PREFIX = {
    "leaver_rate": "leaving",
    "leaver_factor": "leaving",
    "joiner_rate": "joining",
    "months_to_fill": "joining",
    "doctor_joiner_balance": "joining",
    "conversion_rate": "moving",
    "local_share": "primary_care",
    "weighted_per_registered": "primary_care",
}
_OWN = {
    "leaver_factor.rotation": "primary_care",
    "least_range.leaver_rate": "leaving",
    "least_range.joiner_rate": "joining",
    "least_range.conversion_rate": "moving",
}
_NAMES = {
    "leaver_rate": "Leaving",
    "leaver_factor": "Leaving, against England's trusts",
    "joiner_rate": "Joining",
    "conversion_rate": "Changing staff group",
    "months_to_fill": "Months to fill a vacancy",
    "doctor_joiner_balance": "Doctors who join, for each who leaves",
    "local_share": "Recruits from local employers, where the networks employ",
    "local_share.partner": "Recruits from local employers, where a partner supplies",
    "local_share.rotation": "Recruits from local employers, where staff rotate",
    "leaver_factor.rotation": "Leaving of staff who rotate, against others",
    "leaver_factor.primary_care": "Leaving in primary care, against England's trusts",
    "leaver_factor.other": "Leaving elsewhere, against England's trusts",
    "weighted_per_registered": "Weighted patients for each registered patient",
    "learner_completion": "Learners who qualify and take up a post",
    "fte_per_person": "FTE of a person, where it is not known",
    "least_range.leaver_rate": "Least range of a published leaver rate",
    "least_range.joiner_rate": "Least range of a published joiner rate",
    "least_range.conversion_rate": "Least range of published changes of staff group",
}


@cache
def _codes() -> dict[str, str]:
    found = dict(reference.table("staff_groups").select("code", "label").iter_rows())
    found |= dict(reference.table("sectors").select("code", "label").iter_rows())
    return found | {"all": "All staff"}


def group_of(name: str) -> str:
    """The group of an assumption.

    >>> group_of("leaver_rate.midwives"), group_of("something_new")
    ('leaving', 'counting')
    """
    return _OWN.get(name) or _PREFIX.get(name.partition(".")[0], "counting")


def named(name: str) -> str:
    """What an assumption is called.

    >>> named("leaver_rate.midwives"), named("local_share"), named("growth.of_moons")
    ('Leaving: Midwives', 'Recruits from local employers, where the networks employ', 'Growth: of moons')
    """
    if name in _NAMES:
        return _NAMES[name]
    what, _, of = name.partition(".")
    plain = what.replace("_", " ").capitalize()
    label = _codes().get(of, of.replace("_", " "))
    return f"{_NAMES.get(what, plain)}: {label}" if of else plain
