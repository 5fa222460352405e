"""The app of this concern."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The API."""

    name = "skillmix.web.api"
    label = "api"
