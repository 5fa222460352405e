"""The app of this concern."""

from django.apps import AppConfig


class SubmissionsConfig(AppConfig):
    """What partners send."""

    name = "skillmix.web.submissions"
    label = "submissions"
