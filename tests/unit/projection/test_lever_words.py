from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillmix.projection.lever_words import PlainAmount, entry_amounts, plain_amount, plan_sentences, sentence
from skillmix.projection.scenario import Lever, load, read_lever

pytestmark = pytest.mark.unit

NAMES = {
    "profession": {"physiotherapist": "physiotherapists"},
    "organisation": {"NT1": "North General Hospitals"},
    "sector": {"acute": "Acute"},
    "role": {"care_coordinator": "care coordinators"},
}


@given(
    st.sampled_from(["leaver_rate", "joiners", "posts"]),
    st.sampled_from(["fewer", "more"]),
    st.integers(1, 90),
    st.integers(0, 50),
    st.integers(0, 9),
)
def test_an_amount_as_people_say_it_comes_back(kind, direction, amount, below, above):
    plain = PlainAmount(direction, amount, amount - below, amount + above)
    lever = read_lever({"kind": kind, **entry_amounts(kind, plain)})
    assert plain_amount(lever) == plain


@pytest.mark.parametrize(
    ("lever", "words"),
    [
        (Lever("leaver_rate", 0.9), "10% fewer leavers among all staff of the place from the start"),
        (
            Lever("joiners", 1.25, {"sector": "acute"}, None, dt.date(2028, 3, 31)),
            "25% more joiners among staff in the sector Acute from the start until 31 March 2028",
        ),
        (
            Lever("posts", -1, {"organisation": "NT1", "profession": "physiotherapist"}),
            "1 fewer post for physiotherapists at North General Hospitals from the start",
        ),
        (
            Lever("posts", 12, {}, low=-2, high=15),
            "12 more posts for all staff of the place from the start; range -2 to 15",
        ),
        (
            Lever(
                "learners",
                20,
                {"profession": "physiotherapist"},
                dt.date(2027, 9, 1),
                completion=0.8,
                every_year=True,
            ),
            "20 newly qualified physiotherapists on 1 September 2027 and every year after, of whom 80% "
            "qualify and take up a post",
        ),
    ],
)
def test_levers_in_words(lever, words):
    assert sentence(lever, NAMES) == words


def test_a_code_without_a_name_is_told_as_it_is():
    assert "<b>X9</b>" in sentence(Lever("posts", 2, {"organisation": "<b>X9</b>"}), NAMES)


def test_a_plan_in_words():
    said = " ".join(plan_sentences(load("primary_care_plan").plan, NAMES))
    assert "6 FTE care coordinators" in said
    assert "1 April 2027" in said
    assert "cut to what the entitlement can pay" in said
    assert plan_sentences({}, NAMES) == []
