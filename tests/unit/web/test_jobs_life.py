"""The life of a job: claimed by one worker, lapsed, stopped, failed with a cure, and its words on the way."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from skillmix.errors import InputError, Where
from skillmix.place import Place
from skillmix.web.jobs import health, queue, running
from skillmix.web.jobs.models import Job, Worker
from skillmix.web.jobs.timing import timing
from skillmix.web.jobs.work import KINDS, TITLES, Running, start, work

pytestmark = [pytest.mark.database, pytest.mark.django_db]

Declare = Callable[[Callable[[Running], dict[str, Any]]], str]


@pytest.fixture
def kind() -> Iterator[Declare]:
    """Declares a kind of work for one test: ``kind(function)``."""

    def declare(function: Callable[[Running], dict[str, Any]]) -> str:
        work("for_a_test", title="A test")(function)
        return "for_a_test"

    yield declare
    KINDS.pop("for_a_test", None)
    TITLES.pop("for_a_test", None)


def started(name: str, **further: Any) -> Job:
    return start(name, place="north", by=None, **further)


def again(job: Job) -> Job:
    job.refresh_from_db()
    return job


def lapse(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - dt.timedelta(seconds=1))


def test_a_job_is_started_with_its_task_or_not_at_all(kind: Declare) -> None:
    job = again(started(kind(lambda running: {})))
    assert job.state == "queued"
    assert DBTaskResult.objects.get(pk=job.task).args_kwargs["args"] == [str(job.pk)]


def test_a_job_is_claimed_by_one_worker(kind: Declare) -> None:
    job = started(kind(lambda running: {}))
    assert queue.claim(str(job.pk), "first") is not None
    assert queue.claim(str(job.pk), "second") is None
    assert (again(job).lease, job.attempt, job.state) == ("first", 1, "running")


def test_a_lapsed_job_is_claimed_again_and_the_first_worker_loses_it(kind: Declare) -> None:
    job = started(kind(lambda running: {}))
    first = queue.claim(str(job.pk), "first")
    lapse(job)
    assert queue.claim(str(job.pk), "second") is not None
    assert not queue.renew(job.pk, "first")
    assert first is not None
    assert not queue.finish(first, "first", "done", result={"late": True})
    assert not queue.give_back(job.pk, "first")
    assert (again(job).state, job.lease, job.attempt, job.result) == ("running", "second", 2, {})


def test_what_is_done_is_not_done_again(kind: Declare) -> None:
    done: list[str] = []

    def once(running: Running) -> dict[str, Any]:
        done.append(running.key)
        return {"address": "/north/"}

    job = started(kind(once))
    running.run(str(job.pk))
    running.run(str(job.pk))
    assert done == [str(job.pk)]
    assert (again(job).state, job.result, job.lease) == ("done", {"address": "/north/"}, "")
    assert job.finished is not None


def test_the_sweeper_puts_back_what_a_killed_worker_was_at(kind: Declare) -> None:
    job = started(kind(lambda running: {}))
    queue.claim(str(job.pk), "killed")
    assert queue.sweep() == 0, "its lease still holds"
    lapse(job)
    before = again(job).task
    assert queue.sweep() == 1
    assert (again(job).state, job.attempt) == ("queued", 1)
    assert job.task != before
    assert queue.sweep() == 0, "it is put back once"


def test_the_sweeper_makes_the_task_of_a_job_that_lost_it(kind: Declare) -> None:
    job = again(started(kind(lambda running: {})))
    DBTaskResult.objects.filter(pk=job.task).delete()
    assert queue.sweep() == 1
    assert DBTaskResult.objects.filter(pk=again(job).task, status="READY").exists()
    long_ago = timezone.now() - dt.timedelta(seconds=timing().lease + 1)
    DBTaskResult.objects.filter(pk=job.task).update(status="RUNNING", started_at=timezone.now())
    assert queue.sweep() == 0, "a worker has just taken the task"
    DBTaskResult.objects.filter(pk=job.task).update(started_at=long_ago)
    assert queue.sweep() == 1, "a worker was killed between the task and the job"


def test_after_five_attempts_a_job_has_failed_in_words(kind: Declare) -> None:
    job = started(kind(lambda running: {}))
    for number in range(timing().attempts):
        assert queue.claim(str(job.pk), f"worker {number}") is not None
        lapse(job)
        queue.sweep()
    assert again(job).state == "failed"
    assert "5 times" in job.problem
    assert str(job.pk) in job.cure
    assert queue.claim(str(job.pk), "one more") is None


def test_a_job_given_back_is_no_failed_attempt(kind: Declare) -> None:
    def stopped(doing: Running) -> dict[str, Any]:
        running.STOPPING.set()
        doing.say("One step")
        raise AssertionError("it goes on although the worker stops")

    job = started(kind(stopped))
    try:
        running.run(str(job.pk))
    finally:
        running.STOPPING.clear()
    assert (again(job).state, job.attempt, job.lease) == ("queued", 0, "")


def test_a_waiting_job_is_stopped_at_once(kind: Declare) -> None:
    job = started(kind(lambda running: {}))
    queue.cancel(job)
    assert again(job).state == "cancelled"
    assert queue.claim(str(job.pk), "late") is None


def test_a_running_job_stops_at_its_next_word(kind: Declare) -> None:
    steps: list[str] = []

    def in_steps(running: Running) -> dict[str, Any]:
        running.say("First step")
        steps.append("first")
        queue.cancel(Job.objects.get(pk=running.key))
        running.say("Second step")
        steps.append("second")
        return {}

    job = started(kind(in_steps))
    running.run(str(job.pk))
    assert steps == ["first"]
    assert again(job).state == "cancelled"


def test_progress_is_written_and_the_lease_renewed(kind: Declare) -> None:
    seen: list[tuple[str, bool]] = []

    def telling(running: Running) -> dict[str, Any]:
        lapse(running.job)
        running.say("Reading the file")
        now = Job.objects.get(pk=running.key)
        seen.append((now.progress, now.lease_until is not None and now.lease_until > timezone.now()))
        return {}

    running.run(str(started(kind(telling)).pk))
    assert seen == [("Reading the file", True)]


def test_a_job_fails_with_problem_place_and_cure(kind: Declare) -> None:
    def failing(running: Running) -> dict[str, Any]:
        raise InputError("No number.", cure="Write it as 1.0.", where=[Where(file="staff.csv", row=7)])

    job = started(kind(failing))
    running.run(str(job.pk))
    assert again(job).state == "failed"
    assert job.problem == "staff.csv, row 7: No number."
    assert job.cure == "Write it as 1.0."


def test_a_fault_tells_no_value(kind: Declare, capfd: pytest.CaptureFixture[str]) -> None:
    def faulty(running: Running) -> dict[str, Any]:
        raise ValueError("SECRET-VALUE")

    job = started(kind(faulty))
    running.run(str(job.pk))
    assert again(job).state == "failed"
    assert str(job.pk) in job.cure
    told = capfd.readouterr()
    assert "SECRET-VALUE" not in job.problem + job.cure + told.out + told.err


def test_what_is_no_json_is_a_fault_and_not_lost(kind: Declare) -> None:
    job = started(kind(lambda running: {"at": object()}))
    running.run(str(job.pk))
    assert again(job).state == "failed"


def test_an_unknown_kind_is_not_started() -> None:
    with pytest.raises(Exception, match="no kind of work"):
        started("nobody_declared_it")


def test_a_worker_is_alive_for_half_a_minute() -> None:
    assert not health.worker_alive()
    health.seen("worker")
    assert health.worker_alive()
    Worker.objects.update(seen=timezone.now() - dt.timedelta(seconds=31))
    assert not health.worker_alive()
    health.gone("worker")
    assert not Worker.objects.exists()


def test_the_page_tells_where_it_stands_and_leads_on(
    kind: Declare, client_as: Callable[..., Any], north: Place
) -> None:
    client = client_as("organisation_lead", "NT1")
    name = kind(lambda running: {"address": "/north/help/"})
    job = start(name, place="north", by=client.user, organisation="NT1")
    page = client.get(f"/north/jobs/{job.pk}/").content.decode()
    assert "A test" in page
    (again_at,) = re.findall(r'hx-get="(/north/jobs/[^"]+)"', page)
    assert client.get(again_at).status_code == 204, "nothing has changed, so nothing is drawn"
    running.run(str(job.pk))
    assert "/north/help/" in client.get(f"/north/jobs/{job.pk}/").content.decode()
    asked = client.get(again_at, headers={"HX-Request": "true"})
    assert asked["HX-Redirect"] == "/north/help/"
    assert "hx-trigger" not in asked.content.decode()


def test_a_job_never_leads_elsewhere(kind: Declare, client_as: Callable[..., Any]) -> None:
    client = client_as("place_planner")
    job = start(kind(lambda running: {"address": "//elsewhere.example/"}), place="north", by=client.user)
    running.run(str(job.pk))
    asked = client.get(f"/north/jobs/{job.pk}/progress/", headers={"HX-Request": "true"})
    assert "HX-Redirect" not in asked
    assert "elsewhere.example" not in asked.content.decode()


def test_who_may_see_and_stop_a_job(kind: Declare, client_as: Callable[..., Any]) -> None:
    name = kind(lambda running: {})
    of_trust = start(name, place="north", by=None, organisation="NT1")
    of_place = start(name, place="north", by=None)
    elsewhere = start(name, place="south", by=None)

    def answers(client: Any) -> list[int]:
        return [client.get(f"/north/jobs/{j.pk}/").status_code for j in (of_trust, of_place, elsewhere)]

    assert answers(client_as("organisation_lead", "NT1")) == [200, 404, 404]
    assert answers(client_as("organisation_lead", "NT2")) == [404, 404, 404]
    assert answers(client_as("place_planner")) == [404, 200, 404]
    assert answers(client_as("viewer")) == [404, 404, 404]
    assert client_as("viewer").post(f"/north/jobs/{of_place.pk}/cancel/").status_code == 404
    assert again(of_place).state == "queued"
    planner = client_as("place_planner")
    assert planner.get(f"/north/jobs/{of_place.pk}/cancel/").status_code == 405
    assert planner.post(f"/north/jobs/{of_place.pk}/cancel/").status_code == 302
    assert again(of_place).state == "cancelled"
