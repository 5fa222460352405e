"""The app of this concern."""

from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    """Sharing agreements."""

    name = "skillmix.web.agreements"
    label = "agreements"
