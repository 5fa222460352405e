"""Scenarios, runs, comparisons and assumptions as each role meets them."""

from __future__ import annotations

import datetime as dt
import html
import re
from pathlib import Path
from typing import Any

import pytest

from skillmix.place import Place
from skillmix.projection import assumptions as assumptions_of
from skillmix.projection import kept_runs
from skillmix.projection.scenario_files import scenario_file
from skillmix.web.audit.models import Entry
from skillmix.web.jobs import running
from skillmix.web.jobs.models import Job

pytestmark = [pytest.mark.database, pytest.mark.django_db]

LEVER = {
    "kind": "leaver_rate",
    "direction": "fewer",
    "amount": "50",
    "low": "30",
    "high": "70",
    "profession": "nurse_adult",
    "from_day": "1",
    "from_month": "7",
    "from_year": "2026",
    "source": "Board paper",
}
SMALL = {"years": "3", "runs": "5", "seed": "1"}


def words(answer: Any) -> str:
    """What a page says, without its marks."""
    main = re.search(r"<main.*</main>", answer.content.decode(), re.S)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", main[0] if main else "")))


def made(client: Any, name: str = "Fewer leavers", start: str = "") -> str:
    answer = client.post("/north/scenarios/new/", {"name": name, "start": start})
    assert answer.status_code == 302
    return answer["Location"].split("/")[3]


def filled(client: Any, stem: str, **changed: str) -> dict[str, str]:
    """The form of a scenario with one lever, as a person would send it."""
    page = client.get(f"/north/scenarios/{stem}/edit/").content.decode()
    read = re.search(r'name="read" value="(\w+)"', page)
    assert read is not None
    given = {"name": "Fewer leavers", "description": "", "levers": "1", "roles": "0", "read": read[1]}
    given |= {f"lever-0-{name}": text for name, text in LEVER.items()}
    return {**given, "action": "save", **changed}


def saved(client: Any, **changed: str) -> str:
    stem = made(client)
    answer = client.post(f"/north/scenarios/{stem}/edit/", filled(client, stem, **changed))
    assert answer.status_code == 302
    return stem


def done(answer: Any) -> dict[str, Any]:
    """Do the work that an answer has started."""
    assert answer.status_code == 302
    job = Job.objects.get(pk=answer["Location"].rstrip("/").rsplit("/", 1)[1])
    running.run(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.problem) == ("done", "")
    return dict(job.result)


@pytest.fixture
def planner(client_as: Any) -> Any:
    return client_as("place_planner")


@pytest.fixture
def ready(north: Place) -> Path:
    """The place with the scenarios and assumptions that a projection needs."""
    from skillmix.projection import prepare

    prepare(north)
    return north.path


def test_everybody_with_figures_looks_and_only_a_planner_writes(ready, client_as, planner):
    stem = saved(planner)
    for role, organisation in (("viewer", ""), ("organisation_lead", "NT1"), ("researcher", "")):
        reader = client_as(role, organisation)
        for page in ("scenarios/", f"scenarios/{stem}/", "runs/", "compare/", "assumptions/"):
            assert reader.get(f"/north/{page}").status_code == 200
        assert "Make a scenario" not in words(reader.get("/north/scenarios/"))
        for page, given in (
            ("scenarios/new/", {"name": "Mine"}),
            (f"scenarios/{stem}/edit/", {"name": "Mine", "action": "save"}),
            (f"scenarios/{stem}/copy/", {}),
            (f"scenarios/{stem}/run/", SMALL),
            (f"scenarios/{stem}/routes/", {}),
            ("compare/run/", {"a": stem, "b": "no_change", **SMALL}),
            ("assumptions/local_share/edit/", {"value": "0.1"}),
        ):
            assert reader.post(f"/north/{page}", given).status_code == 403, page
    assert Job.objects.count() == 0


def test_a_scenario_is_written_said_in_words_and_noted(ready, planner):
    stem = saved(planner)
    assert "50% fewer leavers among" in words(planner.get("/north/scenarios/"))
    assert "Changed last by place planner" in words(planner.get("/north/scenarios/"))
    written = scenario_file(ready, stem).scenario
    assert written.levers[0].where == {"profession": "nurse_adult"}
    assert (written.levers[0].amount, written.levers[0].low, written.levers[0].high) == (0.5, 0.3, 0.7)
    note = Entry.objects.filter(action="change", subject=f"scenario {stem}").first()
    assert note.details["changes"]["lever 1"][0] is None
    assert note.details["changes"]["lever 1"][1]["amount"] == 0.5
    assert note.actor == "place planner"


def test_errors_stand_beside_their_fields_and_nothing_is_saved(ready, planner):
    stem = made(planner)
    before = scenario_file(ready, stem).text
    answer = planner.post(
        f"/north/scenarios/{stem}/edit/", filled(planner, stem, **{"lever-0-low": "60", "name": ""})
    )
    assert answer.status_code == 400
    page = answer.content.decode()
    assert 'href="#lever-0-low"' in page
    assert 'id="lever-0-low-error"' in page
    assert 'href="#name"' in page
    assert scenario_file(ready, stem).text == before


def test_adding_removing_and_previewing_save_nothing(ready, planner):
    stem = made(planner)
    before = scenario_file(ready, stem).text
    address = f"/north/scenarios/{stem}/edit/"
    added = planner.post(address, filled(planner, stem, action="add"))
    assert 'name="levers" value="2"' in added.content.decode()
    removed = planner.post(address, filled(planner, stem, action="remove-0"))
    assert 'name="levers" value="0"' in removed.content.decode()
    preview = planner.post(address, filled(planner, stem, action="preview"))
    assert "range 30% to 70%" in words(preview)
    assert scenario_file(ready, stem).text == before


def test_two_who_edit_at_once_are_shown_both(ready, planner):
    stem = saved(planner)
    late = filled(planner, stem, name="Mine")
    planner.post(f"/north/scenarios/{stem}/edit/", filled(planner, stem, name="Theirs"))
    answer = planner.post(f"/north/scenarios/{stem}/edit/", late)
    assert answer.status_code == 409
    assert "Name: Theirs" in words(answer)
    assert "Name: Mine" in words(answer)
    assert scenario_file(ready, stem).scenario.name == "Theirs"
    read = re.search(r'name="read" value="(\w+)"', answer.content.decode())[1]
    assert planner.post(f"/north/scenarios/{stem}/edit/", {**late, "read": read}).status_code == 302
    assert scenario_file(ready, stem).scenario.name == "Mine"


def test_what_people_write_is_shown_as_text(ready, planner):
    nasty = "<script>alert(1)</script>"
    stem = made(planner, nasty)
    given = filled(planner, stem, name=nasty, description=nasty, **{"lever-0-source": nasty})
    planner.post(f"/north/scenarios/{stem}/edit/", given)
    done(planner.post(f"/north/scenarios/{stem}/run/", SMALL))
    run = kept_runs(ready)[0].id
    for page in ("scenarios/", f"scenarios/{stem}/", f"scenarios/{stem}/edit/", "runs/", f"runs/{run}/"):
        content = planner.get(f"/north/{page}").content.decode()
        assert nasty not in content
        assert "&lt;script&gt;" in content


def test_the_base_is_copied_and_never_edited(ready, planner):
    assert planner.get("/north/scenarios/no_change/edit/").status_code == 400
    answer = planner.post("/north/scenarios/no_change/copy/")
    assert answer["Location"] == "/north/scenarios/copy_of_no_change/edit/"
    assert planner.post("/north/scenarios/nobodys/copy/").status_code == 404
    assert planner.get("/north/scenarios/..%2Fplace/").status_code == 404


def test_the_plan_of_primary_care_is_kept_when_levers_change(ready, planner):
    plan = scenario_file(ready, "primary_care_plan").scenario.plan
    given = filled(
        planner, "primary_care_plan", roles="3", **{"role-0": "10", "role-1": "2.5", "role-2": "6"}
    )
    assert planner.post("/north/scenarios/primary_care_plan/edit/", given).status_code == 302
    after = scenario_file(ready, "primary_care_plan").scenario
    assert [r["fte"] for r in after.plan["role"]] == [10, 2.5, 6]
    assert after.plan["from"] == plan["from"]
    assert len(after.levers) == 1


def test_a_partner_that_does_not_share_its_name_is_not_changed_alone(ready, planner, client_as):
    stem = made(planner)
    for code, status in (("NT1", 302), ("NT2", 400), ("NT3", 400)):
        given = filled(planner, stem, **{"lever-0-organisation": code, "lever-0-profession": ""})
        assert planner.post(f"/north/scenarios/{stem}/edit/", given).status_code == status
    text = 'name = "Alone"\n[[lever]]\nkind = "posts"\norganisation = "NT3"\npeople = 5\n'
    (ready / "scenarios" / "alone.toml").write_text(text, encoding="utf-8")
    assert planner.post("/north/scenarios/alone/run/", SMALL).status_code == 422


def test_a_run_is_made_once_and_shown_to_each_as_the_agreements_allow(ready, planner, client_as):
    stem = saved(planner)
    first = done(planner.post(f"/north/scenarios/{stem}/run/", SMALL))
    again = done(planner.post(f"/north/scenarios/{stem}/run/", SMALL))
    assert (first["already"], again["already"], again["run"]) == (False, True, first["run"])
    (run,) = kept_runs(ready)
    assert run.manifest["purpose"] == "figures"
    assert "been run already" in words(planner.get(again["address"]))
    page = words(planner.get(f"{first['address']}?by=organisation"))
    assert "Under the scenario 'Fewer leavers', the workforce that serves North" in page
    assert "North General Hospitals" in page
    assert "Unnamed partner" not in page, "one unnamed partner alone would be known"
    assert "North Community Health" not in page
    assert "North Minds" not in page
    for role, organisation, name in (
        ("organisation_lead", "NT3", "North Minds"),
        ("organisation_lead", "NT2", "North Community Health"),
    ):
        own = words(client_as(role, organisation).get(f"{first['address']}?by=organisation"))
        assert name in own
    researcher = words(client_as("researcher").get(f"{first['address']}?by=organisation"))
    assert "North General Hospitals" not in researcher
    # What is expected of a network of three is what is expected of each.
    table = planner.get(f"/north/panels/projection-by.json?run={run.id}&by=organisation").json()
    network = next(row for row in table["rows"] if row["name"] == "Harbour Network")
    assert network["p50_0"] is None
    for ending in ("csv", "xlsx", "json", "svg", "png"):
        answer = planner.get(f"/north/panels/projection-course.{ending}?run={run.id}")
        assert answer.status_code == 200
    assert planner.get(f"/north/panels/projection-course.csv?run={'0' * 16}").status_code == 404
    assert planner.get("/north/runs/nobodys/").status_code == 404


def test_a_run_says_when_it_is_of_other_assumptions_or_another_scenario(ready, planner):
    stem = saved(planner)
    done(planner.post(f"/north/scenarios/{stem}/run/", SMALL))
    assert "Current" in words(planner.get("/north/runs/"))
    one = assumptions_of.of_place(ready)["months_to_fill"]
    page = planner.get("/north/assumptions/months_to_fill/").content.decode()
    read = re.search(r'name="read" value="(\w+)"', page)[1]
    given = {"low": "2", "high": "9", "source": "Own adverts", "day": "31", "month": "3", "year": "2026"}
    bad = planner.post("/north/assumptions/months_to_fill/edit/", {**given, "value": "12", "read": read})
    assert bad.status_code == 400
    assert 'href="#high"' in bad.content.decode()
    good = planner.post("/north/assumptions/months_to_fill/edit/", {**given, "value": "5", "read": read})
    assert good.status_code == 302
    changed = assumptions_of.of_place(ready)["months_to_fill"]
    assert (changed.value, changed.confidence, changed.date) == (5, "local", dt.date(2026, 3, 31))
    assert "Own adverts" in words(planner.get("/north/assumptions/"))
    note = Entry.objects.filter(subject="assumption months_to_fill").first()
    assert note.details["changes"]["value"] == [one.value, 5.0]
    late = planner.post("/north/assumptions/months_to_fill/edit/", {**given, "value": "6", "read": read})
    assert late.status_code == 409
    assert "of other assumptions" in words(planner.get("/north/runs/"))
    planner.post(f"/north/scenarios/{stem}/edit/", filled(planner, stem, **{"lever-0-amount": "40"}))
    assert "of a scenario that has been changed since" in words(planner.get("/north/runs/"))


def test_a_run_is_shown_no_longer_than_its_agreements_last(ready, planner):
    stem = saved(planner)
    result = done(planner.post(f"/north/scenarios/{stem}/run/", SMALL))
    assert planner.get(result["address"]).status_code == 200
    Place.open(ready).end_agreement("agreement-nt1", dt.date(2026, 1, 1))
    assert planner.get(result["address"]).status_code == 422
    assert planner.get(f"/north/panels/projection-course.csv?run={result['run']}").status_code == 422
    assert "May not be shown now" in words(planner.get("/north/runs/"))


def test_two_scenarios_are_compared_with_the_same_luck(ready, planner, client_as):
    stem = saved(planner)
    same = planner.post("/north/compare/run/", {"a": stem, "b": stem, **SMALL})
    assert same.status_code == 400
    result = done(planner.post("/north/compare/run/", {"a": stem, "b": "no_change", **SMALL}))
    page = words(client_as("viewer").get(result["address"]))
    assert re.search(r"'Fewer leavers' gives North [\d.]+ more FTE in March 2029", page)
    assert "50% fewer leavers" in page
    assert "North Minds" not in words(planner.get(f"{result['address']}?by=organisation"))
    runs = {r.manifest.get("scenario"): r.id for r in kept_runs(ready) if r.kind == "projection"}
    kept = planner.get("/north/compare/", {"a": runs["Fewer leavers"], "b": runs["No change"]})
    assert kept["Location"] == result["address"].replace("?already=1", "")
    other = done(planner.post("/north/scenarios/no_change/run/", {**SMALL, "seed": "2"}))
    unlike = planner.get("/north/compare/", {"a": runs["Fewer leavers"], "b": other["run"]})
    assert "did not meet the same luck: they differ in seed" in words(unlike)
    assert "Run both, and compare" in words(unlike)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"years": "0"}, "years"),
        ({"years": "41"}, "years"),
        ({"runs": "x"}, "runs"),
        ({"seed": "-1"}, "seed"),
    ],
)
def test_numbers_that_cannot_stand_are_refused_beside_their_field(ready, planner, given, field):
    answer = planner.post("/north/scenarios/no_change/run/", {**SMALL, **given})
    assert answer.status_code == 400
    assert f'id="{field}-error"' in answer.content.decode()
    assert Job.objects.count() == 0


def test_work_of_somebody_who_may_no_longer_run_it_fails_in_words(ready, planner):
    answer = planner.post("/north/scenarios/no_change/run/", SMALL)
    job = Job.objects.get(pk=answer["Location"].rstrip("/").rsplit("/", 1)[1])
    planner.user.memberships.all().delete()
    running.run(str(job.pk))
    job.refresh_from_db()
    assert job.state == "failed"
    assert "do not allow this any more" in job.problem
    assert kept_runs(ready) == []


def test_routes_without_a_plan_are_refused_in_words(ready, planner):
    answer = planner.post("/north/scenarios/no_change/routes/")
    job = Job.objects.get(pk=answer["Location"].rstrip("/").rsplit("/", 1)[1])
    running.run(str(job.pk))
    job.refresh_from_db()
    assert job.state == "failed"
    assert "no recruitment plan" in job.problem


def test_routes_of_a_plan_stand_beside_each_other(ready, planner, client_as):
    text = (
        'name = "Plan"\n[plan]\nyear = "2025/26"\nfrom = 2027-04-01\nwithin = "as_given"\n'
        'weighted_patients = 50000\n[[plan.role]]\nrole = "first_contact_physiotherapist"\nfte = 4.0\n'
    )
    (ready / "scenarios" / "plan.toml").write_text(text, encoding="utf-8")
    result = done(planner.post("/north/scenarios/plan/routes/"))
    page = words(client_as("viewer").get(f"{result['address']}?by=organisation"))
    assert "Who should employ the new roles" in page
    assert "A partner supplies under contract" in page
    assert "drain" not in page.lower()
    assert "North Community Health" not in page
    for name in ("routes-answer", "routes-ripple", "routes-roles"):
        assert planner.get(f"/north/panels/{name}.csv?run={result['run']}").status_code == 200
