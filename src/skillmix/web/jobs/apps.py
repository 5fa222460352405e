"""The app of this concern."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Jobs and their worker."""

    name = "skillmix.web.jobs"
    label = "jobs"
