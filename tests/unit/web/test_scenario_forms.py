from __future__ import annotations

import datetime as dt

import pytest

from skillmix.projection import Lever
from skillmix.projection.scenario import Scenario, load
from skillmix.projection.scenario_files import ScenarioFile, to_toml
from skillmix.web.scenarios.editing import Editing
from skillmix.web.scenarios.lever_forms import MOST, LeverForm
from skillmix.web.scenarios.panels.change import sentence_of as change_sentence
from skillmix.web.scenarios.panels.course import sentence_of as course_sentence

pytestmark = pytest.mark.unit

CHOICES = {
    "organisation": [("NT1", "North General Hospitals")],
    "sector": [("acute", "Acute hospitals")],
    "profession": [("physiotherapist", "Physiotherapist")],
    "staff_group": [("managers", "Managers")],
}
GOOD = {
    "kind": "leaver_rate",
    "direction": "fewer",
    "amount": "10",
    "low": "3",
    "high": "15",
    "profession": "physiotherapist",
    "from_day": "1",
    "from_month": "4",
    "from_year": "2027",
    "source": "Board paper",
}
LEVERS = [
    Lever(
        "leaver_rate", 0.9, {"sector": "acute"}, dt.date(2027, 4, 1), None, 0.85, 0.97, "Paper", note="Kept"
    ),
    Lever("joiners", 1.25, {}, None, dt.date(2030, 3, 31), 1.25, 1.25),
    Lever("posts", -12, {"organisation": "NT1"}, dt.date(2027, 4, 1), None, -15, -8),
    Lever(
        "learners",
        20,
        {"profession": "physiotherapist"},
        dt.date(2027, 9, 1),
        None,
        20,
        20,
        "",
        0.8,
        22,
        True,
    ),
]


@pytest.mark.parametrize("lever", LEVERS, ids=lambda lever: lever.kind)
def test_a_lever_comes_back_from_its_form(lever):
    form = LeverForm.of(lever)
    sent = {f"lever-0-{name}": text for name, text in form.texts.items()}
    again = LeverForm.posted(sent, 0)
    assert again.read(CHOICES) == lever
    assert again.errors == {}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"kind": "magic"}, "kind"),
        ({"amount": ""}, "amount"),
        ({"amount": "ten"}, "amount"),
        ({"amount": "-10"}, "amount"),
        ({"amount": "100", "low": "", "high": ""}, "amount"),
        ({"high": "99.5"}, "high"),
        ({"low": "11"}, "low"),
        ({"high": "9"}, "high"),
        ({"direction": "sideways"}, "direction"),
        ({"from_month": "13"}, "from"),
        ({"from_year": "27"}, "from"),
        ({"from_day": ""}, "from"),
        ({"until_day": "31", "until_month": "3", "until_year": "2026"}, "until"),
        ({"organisation": "NT3"}, "organisation"),
        ({"kind": "learners", "from_day": "", "from_month": "", "from_year": ""}, "from"),
        ({"kind": "learners", "completion": "120"}, "completion"),
        ({"kind": "learners", "age": "7"}, "age"),
        ({"direction": "more", "amount": "99999", "low": "", "high": ""}, "amount"),
    ],
)
def test_what_cannot_stand_is_told_beside_its_field_with_the_cure(changed, field):
    form = LeverForm({**GOOD, **changed})
    assert form.read(CHOICES) is None
    assert set(form.errors) == {field}
    assert form.errors[field].count(".") >= 1


def scenario_file(scenario: Scenario) -> ScenarioFile:
    return ScenarioFile("one", to_toml(scenario), scenario)


def sent(editing: Editing) -> dict[str, str]:
    given = {
        "name": editing.name,
        "description": editing.description,
        "read": editing.read,
        "levers": str(len(editing.levers)),
        "roles": str(len(editing.roles)),
    }
    for at, form in enumerate(editing.levers):
        given |= {f"lever-{at}-{name}": text for name, text in form.texts.items()}
    return given | {f"role-{at}": text for at, text in enumerate(editing.roles)}


def test_a_scenario_comes_back_from_its_form():
    scenario = Scenario("Several", "What it is", tuple(LEVERS))
    editing = Editing.posted(sent(Editing.of(scenario_file(scenario))))
    assert editing.scenario(scenario, CHOICES) == scenario
    assert editing.problems == []


def test_a_plan_is_kept_but_for_the_numbers_of_its_roles():
    plan = load("primary_care_plan")
    given = sent(Editing.of(scenario_file(plan)))
    assert Editing.posted(given).scenario(plan, CHOICES) == plan
    changed = Editing.posted({**given, "role-1": "3.5"}).scenario(plan, CHOICES)
    assert [r["fte"] for r in changed.plan["role"]] == [10.0, 3.5, 6.0]
    assert {**changed.plan, "role": None} == {**plan.plan, "role": None}
    wrong = Editing.posted({**given, "role-0": "-1", "role-2": "many"})
    assert wrong.scenario(plan, CHOICES) is None
    assert [p["href"] for p in wrong.problems] == ["#role-0", "#role-2"]


def test_levers_are_added_and_removed():
    editing = Editing.of(scenario_file(Scenario("Several", levers=tuple(LEVERS))))
    editing.change("remove-1")
    assert [form.text("kind") for form in editing.levers] == ["leaver_rate", "posts", "learners"]
    for wrong in ("remove-9", "remove-", "remove--1", "remove-x", "drop"):
        editing.change(wrong)
    assert len(editing.levers) == 3
    for _ in range(MOST + 5):
        editing.change("add")
    assert len(editing.levers) == MOST


def test_a_form_that_claims_many_levers_is_cut_short():
    assert len(Editing.posted({"levers": "9999"}).levers) == MOST
    assert Editing.posted({"levers": "99999999"}).levers == []
    assert Editing.posted({"levers": "-1"}).levers == []


def test_the_summary_of_errors_leads_to_each_field():
    editing = Editing("", levers=[LeverForm({**GOOD, "from_month": "13", "amount": "x"})])
    assert editing.scenario(Scenario("Was"), CHOICES) is None
    assert {p["href"] for p in editing.problems} == {"#name", "#lever-0-from_day", "#lever-0-amount"}


def test_a_difference_in_one_sentence():
    day = dt.date(2031, 3, 31)

    def told(p5: float, p50: float, p95: float, base: str = "No change") -> str:
        row = {"date": day, "p5": p5, "p50": p50, "p95": p95}
        return change_sentence("Fewer leavers", base, "North", row)

    assert told(80, 120, 160) == (
        "'Fewer leavers' gives North 120 more FTE in March 2031; 9 runs in 10 between 80 and 160 more."
    )
    assert "12 fewer FTE" in told(-20, -12, -3)
    assert "between 3.0 and 20 fewer" in told(-20, -12, -3)
    assert "between 2.0 fewer and 9.0 more" in told(-2, 4, 9)
    assert "between 2.0 more and 9.0 fewer" in told(-9, -4, 2)
    for nought in (-0.01, 0.0, 0.04):
        gain, loss = told(nought, 13, 29), told(-29, -13, nought)
        assert "gives North 13 more FTE in March 2031; 9 runs in 10 between no change and 29 more." in gain
        assert "gives North 13 fewer FTE in March 2031; 9 runs in 10 between no change and 29 fewer." in loss
    assert "gives North no more FTE in March 2031; 9 runs in 10 between 5.3 fewer" in told(-5.3, 0, 4.8)
    assert "than 'Other'" in told(80, 120, 160, "Other")
    assert "makes no difference" in told(0, 0, 0)


def test_a_projection_in_one_sentence():
    start = {"years": 0, "date": dt.date(2026, 6, 30), "p5": 100.0, "p50": 100.0, "p95": 100.0}
    end = {"years": 3, "date": dt.date(2029, 3, 31), "p5": 80.0, "p50": 90.0, "p95": 95.0}
    said = course_sentence("No change", "the workforce", [start, end])
    assert said.startswith("If things go on as they do now, the workforce falls by 10.0%")
    assert said.endswith("9 runs in 10 fall between 80 and 95 FTE.")
    assert "'<b>'" in course_sentence("<b>", "the workforce", [start, end])
    assert "not projected" in course_sentence("No change", "the workforce", [start])
