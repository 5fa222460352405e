"""The app of this concern."""

from django.apps import AppConfig


class FiguresConfig(AppConfig):
    """Pages of figures."""

    name = "skillmix.web.figures"
    label = "figures"
