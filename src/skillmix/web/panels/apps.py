"""The app of this concern."""

from django.apps import AppConfig


class PanelsConfig(AppConfig):
    """Panels and their downloads."""

    name = "skillmix.web.panels"
    label = "panels"
