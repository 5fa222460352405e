"""Django's settings, from the one settings object of Skillmix; nothing is set in two places."""

from __future__ import annotations

import os
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF

from skillmix import settings as house
from skillmix.web.site.secret import session_key
from skillmix.web.site.served import paths

PLACE_FOLDERS = paths()
#: The first place that is served keeps the accounts and the workflow of all.
HOME = PLACE_FOLDERS[0] if PLACE_FOLDERS else None
SKILLMIX = house.load(HOME)

#: Set by `skillmix serve --production`: a proxy with TLS stands in front.
PRODUCTION = os.environ.get("SKILLMIX_PRODUCTION") == "1"
#: Set by `skillmix serve --personas`, once only a demonstration is served, and on loopback.
PERSONAS = os.environ.get("SKILLMIX_PERSONAS") == "1"
#: Set by tests alone: the control database's file, instead of the one in the place.
_DATABASE_FILE = os.environ.get("SKILLMIX_CONTROL_FILE", "")

DEBUG = False
# Without a place nothing is served (types are checked, say): a key for this process alone.
SECRET_KEY = (
    session_key(SKILLMIX.secret_key_path, PLACE_FOLDERS) if PLACE_FOLDERS else secrets.token_urlsafe(50)
)
HOSTS = [h.strip() for h in SKILLMIX.hosts.split(",") if h.strip()]
ALLOWED_HOSTS = [*HOSTS, "127.0.0.1", "localhost", "[::1]"]
ROOT_URLCONF = "skillmix.web.site.urls"
WSGI_APPLICATION = "skillmix.web.site.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "auditlog",
    "django_tasks",
    "django_tasks_db",
    "csp",
    "ninja",
    "skillmix.web.site",
    "skillmix.web.people",
    "skillmix.web.panels",
    "skillmix.web.figures",
    "skillmix.web.jobs",
    "skillmix.web.submissions",
    "skillmix.web.scenarios",
    "skillmix.web.audit",
    "skillmix.web.agreements",
    "skillmix.web.api",
    "skillmix.web.help",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "skillmix.web.site.middleware.RequestId",
    "skillmix.web.site.middleware.PlainErrors",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "skillmix.web.people.sessions.SessionLife",
    "skillmix.web.site.database.RowSecurity",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "auditlog.middleware.AuditlogMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "skillmix.web.site.middleware.PlaceInAddress",
    "skillmix.web.audit.middleware.PageViews",
]

_TEMPLATE_FOLDER = Path(__file__).resolve().parent.parent
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,
        "OPTIONS": {
            "environment": "skillmix.web.site.templating.environment",
            "context_processors": [
                "django.contrib.messages.context_processors.messages",
                "skillmix.web.site.templating.on_every_page",
                "skillmix.web.people.context.of_accounts",
            ],
        },
    },
    {
        # Pages of allauth that are not drawn anew here, and nothing else.
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    },
]


def _database(url: str) -> dict[str, Any]:
    if url:
        found: dict[str, Any] = dict(dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True))
        return found
    file = _DATABASE_FILE or (str(HOME / "control" / "control.sqlite3") if HOME else ":memory:")
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": file,
        "OPTIONS": {
            # Writers queue up at once instead of failing half way; readers never wait for them.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
        },
    }


#: The database under the name that owns its tables, for migrating; the same where no owner is named.
OWNER_DATABASE = _database(SKILLMIX.database_owner_url or SKILLMIX.database_url)
DATABASES = {"default": _database(SKILLMIX.database_url)}
#: What a backup puts back was recorded when it happened.
AUDITLOG_DISABLE_ON_RAW_SAVE = True
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "site_cache",
        "TIMEOUT": 3600,
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 24 * 3600
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"

ACCOUNT_ADAPTER = "skillmix.web.people.adapters.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "skillmix.web.people.adapters.SocialAccountAdapter"
MFA_ADAPTER = "skillmix.web.people.adapters.MFAAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = "none"  # an account is made by an invitation sent to the address
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_RATE_LIMITS = {"login_failed": "20/m/ip,5/15m/key", "reauthenticate": "10/m/user"}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if SKILLMIX.behind_proxy else 0
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = SKILLMIX.brand
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
MFA_PASSKEY_LOGIN_ENABLED = False
USERSESSIONS_TRACK_ACTIVITY = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": []}}
if SKILLMIX.oidc_name:
    SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"].append(
        {
            "provider_id": "organisation",
            "name": SKILLMIX.oidc_name,
            "client_id": SKILLMIX.oidc_client,
            "secret": SKILLMIX.oidc_secret,
            "settings": {"server_url": SKILLMIX.oidc_server},
        }
    )

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = int(timedelta(hours=SKILLMIX.session_hours).total_seconds())
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "skillmix.web.site.views.csrf_failed"

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if PRODUCTION:
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in HOSTS if host != "*"]
    if SKILLMIX.behind_proxy:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}

STATIC_URL = "/static/"
STATICFILES_DIRS = [Path(__file__).resolve().parent.parent / "static"]
#: Static files are served from where they are installed: nothing need be collected.
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600
WHITENOISE_AUTOREFRESH = False

FILE_UPLOAD_HANDLERS = ["skillmix.web.submissions.uploads.UnlinkedUploadHandler"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
DATA_UPLOAD_MAX_NUMBER_FILES = 1

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

if SKILLMIX.mail_url:
    from urllib.parse import unquote, urlparse

    _mail = urlparse(SKILLMIX.mail_url)
    EMAIL_HOST, EMAIL_PORT = _mail.hostname or "", _mail.port or 587
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_mail.username or ""), unquote(_mail.password or "")
    EMAIL_USE_TLS = _mail.scheme == "smtp" and EMAIL_PORT == 587
    EMAIL_USE_SSL = _mail.scheme == "smtps"
else:
    # A mail that is not sent is not shown either: it may hold a link that opens an account.
    EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
DEFAULT_FROM_EMAIL = SKILLMIX.mail_from or "skillmix@localhost"

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = False
USE_TZ = True

LOGGING_CONFIG = "skillmix.web.site.logs.configure"
LOGGING: dict[str, Any] = {}
