from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from skillmix.errors import InputError
from skillmix.projection import assumptions as assumed
from skillmix.projection.revising import home_of, number, revise, version_of_assumption
from skillmix.projection.scenario_files import FileChangedError

pytestmark = pytest.mark.unit

NAME = "leaver_rate.midwives"


def changed(before, **parts):
    told = {"confidence": "local", "source": "The trust's own leavers", "date": dt.date(2026, 3, 31)}
    return replace(before, **{**told, **parts})


def test_one_assumption_is_written_and_every_other_stays(tmp_path):
    before = assumed.of_place(tmp_path)
    file = tmp_path / "assumptions" / assumed.FILE
    file.write_text("# Ours\n" + file.read_text(encoding="utf-8"), encoding="utf-8")
    new = changed(before[NAME], value=0.1, low=0.08, high=0.12)
    assert revise(tmp_path, new, read=version_of_assumption(before[NAME])) == before[NAME]
    after = assumed.of_place(tmp_path)
    assert after[NAME] == new
    assert {n: after[n] for n in after if n != NAME} == {n: before[n] for n in before if n != NAME}
    assert after.hash != before.hash
    assert file.read_text(encoding="utf-8").startswith("# Ours\n")


def test_an_assumption_that_somebody_else_has_changed_is_not_written_over(tmp_path):
    before = assumed.of_place(tmp_path)[NAME]
    revise(tmp_path, changed(before, value=before.high), read=version_of_assumption(before))
    with pytest.raises(FileChangedError) as refused:
        revise(tmp_path, changed(before, value=before.low), read=version_of_assumption(before))
    assert "The trust's own leavers" in refused.value.found
    assert assumed.of_place(tmp_path)[NAME].value == before.high


@pytest.mark.parametrize(
    "parts", [{"value": 5.0}, {"confidence": "sure"}, {"low": 0.2, "high": 0.1}, {"value": float("nan")}]
)
def test_what_cannot_stand_is_refused_and_nothing_is_written(tmp_path, parts):
    before = assumed.of_place(tmp_path)
    with pytest.raises(InputError):
        revise(tmp_path, changed(before[NAME], **parts), read=version_of_assumption(before[NAME]))
    assert assumed.of_place(tmp_path).hash == before.hash
    assert assumed.read(tmp_path / "assumptions" / assumed.FILE).hash == before.hash


def test_the_file_whose_entry_is_in_force_is_the_one_that_is_written(tmp_path):
    before = assumed.of_place(tmp_path)
    own = tmp_path / "assumptions" / "zz_trust.toml"
    assumed.write(assumed.Assumptions([changed(before[NAME], value=before[NAME].high)]), own)
    now = assumed.of_place(tmp_path)[NAME]
    assert home_of(tmp_path, NAME) == own
    revise(tmp_path, replace(now, note="Again"), read=version_of_assumption(now))
    assert assumed.read(own)[NAME].note == "Again"
    assert assumed.of_place(tmp_path)[NAME].note == "Again"


def test_a_name_that_is_not_assumed_is_refused(tmp_path):
    some = assumed.of_place(tmp_path)[NAME]
    with pytest.raises(InputError):
        revise(tmp_path, replace(some, name="no_such"), read="")


@pytest.mark.parametrize("text", ["", "ten", "nan", "inf", "1e99", "0,5x"])
def test_what_is_not_a_number_is_refused_with_its_column(text):
    with pytest.raises(InputError) as refused:
        number(text, "low")
    assert refused.value.where[0].column == "low"
