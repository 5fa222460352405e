"""The app of this concern."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Who did what."""

    name = "skillmix.web.audit"
    label = "audit"

    def ready(self) -> None:
        """Hear of changes, of who signs in and out, and of what they sign in with."""
        from allauth.account import signals as account
        from allauth.mfa import signals as mfa
        from auditlog.signals import post_log
        from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed

        from skillmix.web.audit import changes, signing

        post_log.connect(changes.row_changed, dispatch_uid="audit")
        user_logged_in.connect(signing.signed_in, dispatch_uid="audit")
        user_logged_out.connect(signing.signed_out, dispatch_uid="audit")
        user_login_failed.connect(signing.failed, dispatch_uid="audit")
        mfa.authentication_failed.connect(signing.second_factor_failed, dispatch_uid="audit")
        for signal, what, how in (
            (account.password_set, "password", "made"),
            (account.password_changed, "password", "changed"),
            (account.password_reset, "password", "changed"),
            (mfa.authenticator_added, "second factor", "made"),
            (mfa.authenticator_removed, "second factor", "removed"),
            (mfa.authenticator_reset, "second factor", "changed"),
        ):
            hears = signing.credential_changed(what, how)
            signal.connect(hears, weak=False, dispatch_uid=f"audit {what} {how} {id(signal)}")
