"""The app of accounts and memberships."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Accounts and memberships."""

    name = "skillmix.web.people"
    label = "people"

    def ready(self) -> None:
        """Sessions are timed from the moment of signing in."""
        from skillmix.web.people import sessions  # noqa: F401
