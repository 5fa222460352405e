"""The app of this concern."""

from django.apps import AppConfig


class HelpConfig(AppConfig):
    """Help pages."""

    name = "skillmix.web.help"
    label = "help"
