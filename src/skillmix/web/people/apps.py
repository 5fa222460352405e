"""The app of accounts and memberships."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Accounts and memberships."""

    name = "skillmix.web.people"
    label = "people"
