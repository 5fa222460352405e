"""Who may see what: every role, every purpose, their own and another's."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillmix.errors import ScopeError
from skillmix.web.people.access import FIGURES, ROWS, Held, Principal, visible
from skillmix.web.people.roles import ABILITIES, ROLES

pytestmark = pytest.mark.unit

#: What each role may do, written out once more: a change of the declaration must be meant.
_ALLOWED = {
    "place_administrator": "figures people agreements audit tokens",
    "place_planner": "figures scenarios tokens",
    "organisation_lead": "figures rows submit publish comment tokens",
    "organisation_analyst": "figures rows submit comment tokens",
    "profession_lead": "figures tokens",
    "primary_care_lead": "figures rows submit publish comment tokens",
    "education_lead": "figures tokens",
    "researcher": "figures tokens",
    "viewer": "figures",
    "system_lead": "figures places tokens",
}
OWN, OTHER = "ORG1", "ORG2"


def holding(role: str, organisation: str = OWN) -> Held:
    about = ROLES[role].of in ("organisation", "network")
    covers = frozenset({organisation}) if about else frozenset()
    professions = frozenset({"physiotherapist"}) if ROLES[role].of == "family" else frozenset()
    return Held(
        role, organisation if about else "", covers, "allied_health" if professions else "", professions
    )


def who(*held: Held, limit: frozenset[str] | None = None) -> Principal:
    return Principal(1, "Somebody", "north", held, limit)


memberships = st.lists(
    st.builds(holding, st.sampled_from([*ROLES]), st.sampled_from([OWN, OTHER, "ORG3"])), max_size=4
)


@pytest.mark.parametrize("role", [*ROLES])
def test_a_role_may_do_what_was_meant_and_nothing_else(role: str) -> None:
    principal = who(holding(role))
    for ability in ABILITIES:
        assert principal.may(ability) is (ability in _ALLOWED[role].split()), ability


@pytest.mark.parametrize("role", [*ROLES])
def test_every_role_reads_figures_of_all_added_up(role: str) -> None:
    scope = visible(who(holding(role)), FIGURES)
    assert scope.aggregated
    assert scope.organisations is None
    assert not scope.unagreed
    assert scope.own == holding(role).covers


@pytest.mark.parametrize("role", [*ROLES])
def test_rows_are_read_of_ones_own_organisation_alone(role: str) -> None:
    if "rows" not in _ALLOWED[role].split():
        with pytest.raises(ScopeError):
            visible(who(holding(role)), ROWS)
        return
    scope = visible(who(holding(role)), ROWS)
    assert scope.organisations == {OWN}
    assert OTHER not in scope.organisations
    assert not scope.unagreed


@given(memberships)
def test_rows_never_reach_beyond_the_memberships_that_allow_them(held: list[Held]) -> None:
    allowed = frozenset().union(*(h.covers for h in held if "rows" in ROLES[h.role].abilities))
    principal = who(*held)
    if not any("rows" in ROLES[h.role].abilities for h in held):
        with pytest.raises(ScopeError):
            visible(principal, ROWS)
    else:
        assert visible(principal, ROWS).organisations == allowed


@given(memberships)
def test_a_scope_from_memberships_never_reads_what_has_no_agreement(held: list[Held]) -> None:
    for purpose in (FIGURES, ROWS):
        try:
            scope = visible(who(*held), purpose)
        except ScopeError:
            continue
        assert not scope.unagreed
        assert scope.aggregated is (purpose == FIGURES)
        assert scope.own <= who(*held).own


@given(memberships, st.sets(st.sampled_from([*ABILITIES])))
def test_a_token_never_gives_more_than_its_owner_has(held: list[Held], limit: set[str]) -> None:
    owner, token = who(*held), who(*held, limit=frozenset(limit))
    assert token.abilities == owner.abilities & limit
    for ability in ABILITIES:
        assert token.where(ability) <= owner.where(ability)


@given(memberships, st.sampled_from([*ABILITIES]), st.sampled_from([OWN, OTHER]))
def test_an_ability_for_an_organisation_comes_from_a_membership_of_it(
    held: list[Held], ability: str, organisation: str
) -> None:
    given_by = [h for h in held if organisation in h.covers and ability in ROLES[h.role].abilities]
    assert who(*held).may(ability, organisation) is bool(given_by)


@given(memberships)
def test_whoever_may_see_most_decides_and_one_role_of_all_professions_shows_all(held: list[Held]) -> None:
    principal = who(*held)
    named = any(ROLES[h.role].most == "named" for h in held)
    assert principal.most == ("named" if named else "totals")
    everything = not held or any(not h.professions for h in held)
    assert (principal.professions is None) is everything


@pytest.mark.parametrize("purpose", ["", "pay", "everything"])
def test_an_unknown_purpose_is_refused(purpose: str) -> None:
    with pytest.raises(ScopeError, match="not read for"):
        visible(who(holding("place_planner")), purpose)


def test_nobody_sees_nothing() -> None:
    nobody = Principal(None, "", "north")
    assert not nobody.abilities
    assert nobody.most == "totals"
    for purpose in (FIGURES, ROWS):
        with pytest.raises(ScopeError):
            visible(nobody, purpose)


def test_the_first_role_in_the_order_of_roles_opens_its_home() -> None:
    both = who(holding("viewer"), holding("organisation_lead"))
    assert both.home == "organisation"
    assert both.roles == ("Organisation workforce lead", "Viewer")
    assert who(holding("researcher")).home == "planner"


@pytest.mark.parametrize("purpose", [FIGURES, ROWS])
def test_a_reading_is_of_the_day_that_it_is_told(purpose: str) -> None:
    day = dt.date(2026, 7, 1)
    assert visible(who(holding("organisation_lead")), purpose, day).on == day
