"""The app of this concern."""

from django.apps import AppConfig


class SubmissionsConfig(AppConfig):
    """What partners send."""

    name = "skillmix.web.submissions"
    label = "submissions"

    def ready(self) -> None:
        """Declare the kinds of work."""
        from skillmix.web.submissions import work  # noqa: F401
