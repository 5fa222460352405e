from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillmix.errors import InputError
from skillmix.projection.scenario import Lever, Scenario, carried, load, parse
from skillmix.projection.scenario_files import (
    FileChangedError,
    save,
    scenario_file,
    scenario_files,
    stem_for,
    to_toml,
    version_of,
)

pytestmark = pytest.mark.unit

FEWER = Lever("leaver_rate", 0.9, {"sector": "acute"}, dt.date(2027, 4, 1), None, 0.85, 0.97, "Board paper")


@pytest.fixture
def folder(tmp_path):
    for name in ("no_change", "primary_care_plan"):
        (tmp_path / "scenarios").mkdir(exist_ok=True)
        (tmp_path / "scenarios" / f"{name}.toml").write_text(carried(name), encoding="utf-8")
    return tmp_path


@given(
    st.lists(
        st.builds(
            Lever,
            kind=st.sampled_from(["leaver_rate", "joiners"]),
            amount=st.floats(0.05, 3).map(lambda v: round(v, 4)),
            where=st.dictionaries(
                st.sampled_from(["organisation", "profession"]), st.text("AB'\"\n]", min_size=1)
            ),
            starts=st.none() | st.dates(dt.date(2026, 1, 1), dt.date(2050, 1, 1)),
            source=st.text(max_size=20),
        ).map(lambda lever: replace(lever, low=lever.amount / 2, high=lever.amount * 2)),
        max_size=4,
    ),
    st.text(min_size=1, max_size=20),
)
def test_what_is_written_is_read_again_the_same(levers, name):
    scenario = Scenario(name, "What it is", tuple(levers))
    assert parse(to_toml(scenario)) == scenario
    again = parse(to_toml(scenario, carried("primary_care_plan")))
    assert again == scenario


def test_a_plan_that_has_not_changed_stays_letter_for_letter(folder):
    plan = load("primary_care_plan")
    text = to_toml(replace(plan, levers=(FEWER,)), carried("primary_care_plan"))
    start = carried("primary_care_plan").index("[plan]")
    assert carried("primary_care_plan")[start:].strip() in text
    assert parse(text).levers == (FEWER,)
    assert parse(to_toml(plan, text)) == plan


def test_a_number_of_a_role_can_be_changed(folder):
    plan = load("primary_care_plan")
    changed = {**plan.plan, "role": [{**plan.plan["role"][0], "fte": 3.5}, *plan.plan["role"][1:]]}
    text = to_toml(replace(plan, plan=changed), carried("primary_care_plan"))
    assert parse(text).plan == changed


def test_saving_replaces_only_the_text_that_was_read(folder):
    first = save(folder, "fewer", Scenario("Fewer", levers=(FEWER,)), read="")
    assert first.scenario is not None
    assert first.scenario.levers == (FEWER,)
    (folder / "scenarios" / "fewer.toml").write_text('name = "Theirs"\n', encoding="utf-8")
    with pytest.raises(FileChangedError) as refused:
        save(folder, "fewer", Scenario("Mine"), read=first.version)
    assert refused.value.found == 'name = "Theirs"\n'
    assert scenario_file(folder, "fewer").scenario.name == "Theirs"
    with pytest.raises(FileChangedError):
        save(folder, "fewer", Scenario("Mine"), read="")
    again = save(folder, "fewer", Scenario("Mine"), read=version_of('name = "Theirs"\n'))
    assert again.scenario.name == "Mine"
    assert not list((folder / "scenarios").glob(".*"))


@pytest.mark.parametrize("stem", ["no_change", "../place", ".hidden", "a/b", "", "x" * 90])
def test_files_that_are_not_for_saving_are_refused(folder, stem):
    before = carried("no_change")
    with pytest.raises(InputError):
        save(folder, stem, Scenario("Mine"), read=version_of(before))
    assert sorted(p.name for p in folder.rglob("*.toml")) == ["no_change.toml", "primary_care_plan.toml"]


def test_a_scenario_that_cannot_stand_is_not_written(folder):
    with pytest.raises(InputError):
        save(folder, "bad", Scenario("", levers=()), read="")
    assert scenario_file(folder, "bad") is None


def test_a_file_that_cannot_stand_is_listed_with_its_problem(folder):
    (folder / "scenarios" / "broken.toml").write_text("name = ", encoding="utf-8")
    found = {f.stem: f for f in scenario_files(folder)}
    assert found["broken"].scenario is None
    assert "TOML" in found["broken"].problem.problem
    assert found["no_change"].scenario.name == "No change"
    assert scenario_file(folder, "../place") is None


def test_a_new_scenario_gets_a_name_of_its_own(folder):
    assert stem_for(folder, "No change") == "no_change_2"
    assert stem_for(folder, "<script>") == "script"
    assert stem_for(folder, "?") == "scenario"


def test_of_many_who_save_at_once_one_does(folder):
    read = save(folder, "one", Scenario("First"), read="").version
    together = Barrier(8)

    def saving(number: int) -> str:
        together.wait()
        try:
            save(folder, "one", Scenario(f"By {number}"), read=read)
        except FileChangedError:
            return ""
        return f"By {number}"

    with ThreadPoolExecutor(8) as pool:
        told = [name for name in pool.map(saving, range(8)) if name]
    assert told == [scenario_file(folder, "one").scenario.name]
