"""The app of this concern."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Who did what."""

    name = "skillmix.web.audit"
    label = "audit"

    def ready(self) -> None:
        """Hear of changes, and of who signs in and out."""
        from auditlog.signals import post_log
        from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed

        from skillmix.web.audit import changes, signing

        post_log.connect(changes.row_changed, dispatch_uid="audit")
        user_logged_in.connect(signing.signed_in, dispatch_uid="audit")
        user_logged_out.connect(signing.signed_out, dispatch_uid="audit")
        user_login_failed.connect(signing.failed, dispatch_uid="audit")
