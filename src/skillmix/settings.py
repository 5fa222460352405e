"""One typed settings object: the environment over `place.toml` over the default.

`skillmix config show` tells each value's origin. A setting that is a secret is never shown, only whether it
is set.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from skillmix.errors import PlaceError, Where

#: Prefix of every environment variable that is read.
PREFIX = "SKILLMIX_"


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
    """

    key_file: str = ""
    official_data: str = ""
    quantity: str = "FTE"
    staleness_months: int = 15
    workers: int = 0
    progress: bool = True

    @property
    def key_path(self) -> Path:
        """The key file as a path."""
        return Path(self.key_file).expanduser() if self.key_file else default_key_file()


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
    names = {f.name for f in fields(Settings)}
    if unknown := sorted(set(declared) - names):
        raise PlaceError(
            f"There is no setting {unknown[0]!r}.",
            cure=f"Choose one of {', '.join(sorted(names))}.",
            where=[Where(file="place.toml")],
        )
    shown = []
    for field in fields(Settings):
        variable = PREFIX + field.name.upper()
        value: object = field.default
        origin = "default"
        if field.name in declared:
            value, origin = declared[field.name], "place.toml"
        if variable in environ:
            value, origin = environ[variable], f"environment ({variable})"
        shown.append(Setting(field.name, _cast(field.name, value, str(field.type), origin), origin))
    return shown


def load(place: Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """The settings in force. Arguments and errors as `explain`."""
    return Settings(**{s.name: s.value for s in explain(place, environ)})  # type: ignore[arg-type]
