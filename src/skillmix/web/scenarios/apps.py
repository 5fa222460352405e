"""The app of this concern."""

from django.apps import AppConfig


class ScenariosConfig(AppConfig):
    """Scenarios, runs and assumptions."""

    name = "skillmix.web.scenarios"
    label = "scenarios"
