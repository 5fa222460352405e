"""The one task that the queue of django-tasks knows: run a job."""

from __future__ import annotations

from django_tasks import task


@task()
def run_job(job: str) -> None:
    """Run a job by its id, unless another worker holds it or it is over."""
    from skillmix.web.jobs.running import run

    run(job)
