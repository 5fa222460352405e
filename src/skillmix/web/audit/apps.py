"""The app of this concern."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Who did what."""

    name = "skillmix.web.audit"
    label = "audit"
