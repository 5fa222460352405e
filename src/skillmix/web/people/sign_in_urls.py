"""Addresses of signing in: each that can be reached, by name; what is not here does not exist."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as keys
from allauth.socialaccount import views as social
from allauth.socialaccount.providers.openid_connect import views as openid
from allauth.usersessions import views as sessions
from django.urls import path, re_path

from skillmix.web.people import sign_in
from skillmix.web.site.pages import ANYBODY, SIGNED_IN, open_to

anybody, mine = open_to(ANYBODY), sign_in.own

urlpatterns = [
    path("login/", anybody(account.login), name="account_login"),
    path("logout/", anybody(account.logout), name="account_logout"),
    path("inactive/", anybody(account.account_inactive), name="account_inactive"),
    path("reauthenticate/", mine(account.reauthenticate), name="account_reauthenticate"),
    path("password/change/", mine(account.password_change), name="account_change_password"),
    path("password/set/", mine(account.password_set), name="account_set_password"),
    path("password/reset/", sign_in.password_reset, name="account_reset_password"),
    path("password/reset/done/", anybody(account.password_reset_done), name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        anybody(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        anybody(account.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    path("2fa/", mine(mfa.index), name="mfa_index"),
    path("2fa/authenticate/", anybody(mfa.authenticate), name="mfa_authenticate"),
    path("2fa/reauthenticate/", mine(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("2fa/app/activate/", mine(totp.activate_totp), name="mfa_activate_totp"),
    path("2fa/app/deactivate/", mine(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("2fa/app/picture.svg", sign_in.totp_picture, name="totp_picture"),
    path("2fa/recovery-codes/", mine(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path(
        "2fa/recovery-codes/generate/",
        mine(codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "2fa/recovery-codes/download/",
        mine(codes.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
    path("2fa/keys/", mine(keys.list_webauthn), name="mfa_list_webauthn"),
    path("2fa/keys/add/", mine(keys.add_webauthn), name="mfa_add_webauthn"),
    path("2fa/keys/reauthenticate/", mine(keys.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
    path("2fa/keys/<int:pk>/remove/", mine(keys.remove_webauthn), name="mfa_remove_webauthn"),
    path("2fa/keys/<int:pk>/edit/", mine(keys.edit_webauthn), name="mfa_edit_webauthn"),
    path("sessions/", open_to(SIGNED_IN)(sessions.list_usersessions), name="usersessions_list"),
    path("sessions/end/", sign_in.sign_out_everywhere, name="sign_out_everywhere"),
    path("organisation/", mine(social.connections), name="socialaccount_connections"),
    path("organisation/cancelled/", anybody(social.login_cancelled), name="socialaccount_login_cancelled"),
    path("organisation/error/", anybody(social.login_error), name="socialaccount_login_error"),
    path("oidc/<slug:provider_id>/login/", sign_in.to_provider, name="openid_connect_login"),
    path("oidc/<slug:provider_id>/login/callback/", anybody(openid.callback), name="openid_connect_callback"),
]
