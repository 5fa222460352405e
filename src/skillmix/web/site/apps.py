"""The app of this concern."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """What stands on every page."""

    name = "skillmix.web.site"
    label = "site"
