"""One typed settings object: the environment over `place.toml` over the default.

`skillmix config show` tells each value's origin. A setting that is a secret is never shown, only whether it
is set.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path

from skillmix.errors import PlaceError, Where

#: Prefix of every environment variable that is read.
PREFIX = "SKILLMIX_"

#: Variables that every host of web programs names the same way, and so without the prefix.
COMMON = {"database_url": "DATABASE_URL", "database_owner_url": "DATABASE_OWNER_URL"}

#: Settings that are secrets: never shown, and never read from `place.toml`, which travels with the place.
SECRETS = frozenset({"database_url", "database_owner_url", "oidc_secret", "mail_url"})


def _user_folder() -> Path:
    import platformdirs

    return Path(platformdirs.user_config_dir("skillmix"))


def default_key_file() -> Path:
    """Where the place's own hashing keys live unless `SKILLMIX_KEY_FILE` says otherwise; never in a place."""
    return _user_folder() / "keys.json"


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting, its default, and what it does.

    Attributes:
        key_file: file of mode 0600 with the place's own hashing keys; empty means the user's configuration
            folder.
        official_data: folder with official files, for tests and for `scripts/`.
        quantity: word for full-time equivalents on every page, ``FTE`` or ``WTE``.
        staleness_months: how old a snapshot may be and still stand for today, in months.
        workers: processes that a run may use; 0 means as many as there are processors.
        progress: whether progress bars may be shown on stderr.
        database_url: database of accounts and workflow, such as ``postgres://name:word@host/skillmix``; empty
            means SQLite inside the place's folder `control/`.
        database_owner_url: the same database under the name that owns its tables, used to migrate alone.
        secret_key_file: file of mode 0600 with the key that signs sessions; empty means the user's
            configuration folder.
        hosts: names under which the pages may be asked for, parted by commas; empty: this machine's alone.
        brand: name in the header of every page.
        brand_logo: address of a picture beside it, below ``/static/`` or on the same host.
        session_hours: hours without a click after which a person signs in again.
        upload_megabytes: largest file that may be sent.
        mail_url: mail server as ``smtp://name:word@host:587``; empty prints mail where the server runs.
        mail_from: sender of mail.
        oidc_name: what the organisation's sign-in is called on the page; empty turns it off.
        oidc_server: address of the OpenID provider (Entra ID, NHSmail).
        oidc_client: client id at that provider.
        oidc_secret: client secret at that provider.
        oidc_domains: domains of e-mail addresses that this provider answers for, parted by commas; needed
            where it does not say of each address that it is verified (Entra ID does not).
        behind_proxy: whether a proxy in front ends TLS and says so in ``X-Forwarded-Proto``.
    """

    key_file: str = ""
    official_data: str = ""
    quantity: str = "FTE"
    staleness_months: int = 15
    workers: int = 0
    progress: bool = True
    database_url: str = ""
    database_owner_url: str = ""
    secret_key_file: str = ""
    hosts: str = ""
    brand: str = "Skillmix"
    brand_logo: str = ""
    session_hours: int = 8
    upload_megabytes: int = 200
    mail_url: str = ""
    mail_from: str = ""
    oidc_name: str = ""
    oidc_server: str = ""
    oidc_client: str = ""
    oidc_secret: str = ""
    oidc_domains: str = ""
    behind_proxy: bool = False

    @property
    def key_path(self) -> Path:
        """The key file as a path."""
        return Path(self.key_file).expanduser() if self.key_file else default_key_file()

    @property
    def secret_key_path(self) -> Path:
        """The file with the key that signs sessions, as a path: beside the key file where none is named."""
        if self.secret_key_file:
            return Path(self.secret_key_file).expanduser()
        return self.key_path.with_name("session_key")


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as `skillmix config show` prints it."""

    name: str
    value: str | int | bool
    origin: str


def _cast(name: str, raw: object, kind: str, origin: str) -> str | int | bool:
    try:
        if kind == "bool":
            if isinstance(raw, bool):
                return raw
            return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}[
                str(raw).lower()
            ]
        if kind == "int":
            return int(str(raw))
    except (KeyError, ValueError):
        words = {"bool": "yes or no", "int": "a whole number"}[kind]
        raise PlaceError(
            f"The setting {name} holds {str(raw)!r}.",
            cure=f"Give {words}.",
            where=[Where(file=origin)],
        ) from None
    return str(raw)


def explain(place: Path | None = None, environ: Mapping[str, str] | None = None) -> list[Setting]:
    """Every setting with its value and where the value comes from.

    Args:
        place: a place folder, whose `place.toml` may hold a table ``[settings]``.
        environ: the environment; the process's own by default.

    Returns:
        One `Setting` for each field of `Settings`, in order.

    Raises:
        PlaceError: when `place.toml` or a variable holds a value that cannot stand, or an unknown setting.
    """
    environ = os.environ if environ is None else environ
    declared: dict[str, object] = {}
    file = None if place is None else Path(place) / "place.toml"
    if file is not None and file.is_file():
        declared = tomllib.loads(file.read_text(encoding="utf-8")).get("settings", {})
    if secret := sorted(set(declared) & SECRETS):
        raise PlaceError(
            f"The setting {secret[0]!r} is a secret and stands in place.toml, which travels with the place.",
            cure=f"Take it out, and set {variable_of(secret[0])} in the environment.",
            where=[Where(file="place.toml", column=secret[0])],
        )
    names = {f.name for f in fields(Settings)}
    if unknown := sorted(set(declared) - names):
        raise PlaceError(
            f"There is no setting {unknown[0]!r}.",
            cure=f"Choose one of {', '.join(sorted(names))}.",
            where=[Where(file="place.toml")],
        )
    shown = []
    for field in fields(Settings):
        variable = variable_of(field.name)
        value: object = field.default
        origin = "default"
        if field.name in declared:
            value, origin = declared[field.name], "place.toml"
        if variable in environ:
            value, origin = environ[variable], f"environment ({variable})"
        shown.append(Setting(field.name, _cast(field.name, value, str(field.type), origin), origin))
    return shown


def variable_of(name: str) -> str:
    """The environment variable of a setting.

    >>> variable_of("workers"), variable_of("database_url")
    ('SKILLMIX_WORKERS', 'DATABASE_URL')
    """
    return COMMON.get(name, PREFIX + name.upper())


def shown(place: Path | None = None, environ: Mapping[str, str] | None = None) -> list[Setting]:
    """As `explain`, with each secret as ``set`` or nothing: for whoever looks."""
    return [
        replace(s, value="set" if s.value else "") if s.name in SECRETS else s
        for s in explain(place, environ)
    ]


def load(place: Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """The settings in force. Arguments and errors as `explain`."""
    return Settings(**{s.name: s.value for s in explain(place, environ)})  # type: ignore[arg-type]
