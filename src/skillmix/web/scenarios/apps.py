"""The app of this concern."""

from django.apps import AppConfig


class ScenariosConfig(AppConfig):
    """Scenarios, runs and assumptions."""

    name = "skillmix.web.scenarios"
    label = "scenarios"

    def ready(self) -> None:
        """Declare the kinds of work and the panels of this app."""
        from skillmix.web.scenarios import panels, work  # noqa: F401
