from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from skillmix.errors import InputError
from skillmix.projection.expectation import expect
from skillmix.projection.montecarlo import simulate
from skillmix.projection.scenario import CARRIED, apply, copy_carried, load, parse
from skillmix.projection.specification import Plan

pytestmark = pytest.mark.unit


def levers(*texts: str) -> str:
    return 'name = "Test"\n' + "\n".join(f"[[lever]]\n{text}" for text in texts)


def test_a_scenario_without_levers_changes_no_run(model):
    spec = model(posts=(None, None, 33), local=0.4)
    plan = apply(load("no_change"), spec, 24)
    for run in range(3):
        base, _ = simulate(Plan.of(spec, 24), seed=1, run=run)
        assert (simulate(plan, seed=1, run=run)[0].stock - base.stock == 0).all()
    assert (expect(plan).course.stock - expect(Plan.of(spec, 24)).course.stock == 0).all()


def test_a_leaver_rate_is_multiplied_from_its_month_to_its_last(model):
    spec = model()
    text = (
        'kind = "leaver_rate"\nsector = "acute"\nfrom = 2027-01-01\nuntil = 2027-06-30\n'
        "factor = 0.5\nhigh = 0.8"
    )
    plan = apply(parse(levers(text)), spec, 24)
    # The projection starts at March 2026, so January 2027 is month 10.
    assert (plan.leaver_factor[:9] == 1).all()
    assert (plan.leaver_factor[9:15, :2] == 0.5).all()
    assert (plan.leaver_factor[15:] == 1).all()
    assert (plan.leaver_factor[:, 2] == 1).all()
    drawn = plan.specification.uncertain[-1]
    assert (drawn.kind, drawn.low, drawn.high, drawn.cells) == ("leavers", 1.0, 1.6, (0, 1))
    expected, base = expect(plan).course, expect(Plan.of(spec, 24)).course
    assert (expected.stock[:10] == base.stock[:10]).all()
    assert expected.left[10, 0] == pytest.approx(base.left[10, 0] / 2, rel=0.01)


def test_changing_a_rate_midway_agrees_between_the_engines(model):
    text = 'kind = "leaver_rate"\nfrom = 2027-01-01\nuntil = 2027-12-31\nfactor = 2.5'
    plan = apply(parse(levers(text)), model(), 30)
    courses = [simulate(plan, seed=2, run=r, uncertainty=False)[0] for r in range(120)]
    found = np.stack([c.stock for c in courses])
    error = np.sqrt(found.var(axis=0, ddof=1) / len(courses))
    assert (np.abs(found.mean(axis=0) - expect(plan).course.stock) <= 4 * error + 0.01).all()


def test_posts_are_shared_out_whole_and_filled(model):
    spec = model((20, 40, 10), posts=(20, 40, None), moves=False)
    plan = apply(parse(levers('kind = "posts"\nsector = "acute"\npeople = 7\nfrom = 2026-04-01')), spec, 36)
    assert plan.posts[0, :2].tolist() == [22.0, 45.0]
    base = Plan.of(spec, 36)
    gained = expect(plan).course.stock[-1, :2].sum() - expect(base).course.stock[-1, :2].sum()
    assert 6 < gained <= 7
    fewer = apply(
        parse(levers('kind = "posts"\nprofession = "support_physiotherapy"\npeople = -30')), spec, 12
    )
    assert fewer.posts[0, 0] == 0


def test_learners_qualify_every_year_into_their_profession(model):
    spec = model(cohorts=())
    text = (
        'kind = "learners"\norganisation = "HOSP"\nprofession = "physiotherapist"\npeople = 10\n'
        "from = 2026-09-01\nevery_year = true\ncompletion = 0.7\nage = 22"
    )
    plan = apply(parse(levers(text)), spec, 24)
    assert [(c.month, c.people, c.completion, c.cell) for c in plan.specification.cohorts] == [
        (6, 10, 0.7, 1),
        (18, 10, 0.7, 1),
    ]
    without = expect(Plan.of(spec, 24)).course
    assert expect(plan).course.joined[6, 1] - without.joined[6, 1] == pytest.approx(7)


def test_joiners_are_multiplied(model):
    spec = model()
    plan = apply(parse(levers('kind = "joiners"\nfactor = 1.5\nlow = 1.2\nhigh = 1.8')), spec, 12)
    expected, base = expect(plan).course, expect(Plan.of(spec, 12)).course
    others = base.joined[7, 1] - spec.joiners[1]  # a cohort qualifies in month 7
    assert expected.joined[7] - [0, others, 0] == pytest.approx(1.5 * spec.joiners)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("name = ", "not TOML"),
        ("description = 'x'", "no name"),
        ('name = "x"\nleavers = 3', "not known"),
        (levers('kind = "leaver"\nfactor = 1'), "kind is not known"),
        (levers('kind = "leaver_rate"'), "how much"),
        (levers('kind = "leaver_rate"\nfactor = "0,9"'), "not a number"),
        (levers('kind = "leaver_rate"\nfactor = 0.9\nlow = 0.95'), "outside"),
        (levers('kind = "leaver_rate"\nfactor = 90000'), "out of bounds"),
        (levers('kind = "leaver_rate"\nfactor = 0.9\nband = "5"'), "has no band"),
        (levers('kind = "posts"\npeople = 3\nfrom = "April"'), "not a date"),
    ],
)
def test_bad_scenarios_name_the_entry_and_the_cure(text, word):
    with pytest.raises(InputError, match=word) as caught:
        parse(text, "plan.toml")
    assert caught.value.cure
    assert caught.value.where[0].file == "plan.toml"


def test_levers_that_cannot_work_are_refused(model):
    spec = model()
    for text, word in (
        ('kind = "leaver_rate"\nfactor = 0.9\norganisation = "ELSEWHERE"', "finds nobody"),
        ('kind = "posts"\npeople = 3', "none are known"),
        ('kind = "learners"\npeople = 3', "when its learners qualify"),
    ):
        with pytest.raises(InputError, match=word):
            apply(parse(levers(text)), spec, 12)
    filled = model(posts=(70, 50, 40), joiners=np.zeros(3))
    both = model(posts=(70, 50, 40))
    assert both.joiners.any(), "a supply is known, and posts decide all the same"
    with pytest.raises(InputError, match="joiners fill posts"):
        apply(parse(levers('kind = "joiners"\nfactor = 2')), both, 12)
    with pytest.raises(InputError, match="joiners fill posts"):
        apply(parse(levers('kind = "joiners"\nfactor = 2')), filled, 12)


def test_carried_scenarios_are_copied_once_and_never_over_a_planners_own(tmp_path):
    assert {p.stem for p in copy_carried(tmp_path)} == set(CARRIED)
    mine = tmp_path / "no_change.toml"
    mine.write_text('name = "Mine"', encoding="utf-8")
    assert copy_carried(tmp_path) == []
    assert load(mine).name == "Mine"
    with pytest.raises(InputError, match="cannot be read"):
        load(tmp_path / "absent.toml")


def test_the_hash_is_of_what_is_changed_not_of_the_name():
    one = parse(levers('kind = "leaver_rate"\nfactor = 0.9'))
    two = parse(levers('kind = "leaver_rate"\nfactor = 0.9').replace("Test", "Other"))
    three = parse(levers('kind = "leaver_rate"\nfactor = 0.91'))
    assert one.hash == two.hash != three.hash
    assert load("primary_care_plan").plan["from"] == dt.date(2027, 4, 1)
