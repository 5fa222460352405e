"""Changes: who changed what, before and after, whether it is a row of the database or a file of the place."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import Model
from django.http import HttpRequest

from skillmix.web.audit.appending import append
from skillmix.web.audit.asking import ANSWERING, address_of, who
from skillmix.web.people.models import User

#: Words for auditlog's numbers of actions.
_HOW: Final = {0: "made", 1: "changed", 2: "removed"}


def note(person: HttpRequest | User | None, place: str, what: str, before: Any, after: Any) -> None:
    """Note a change of what is no row of the database: an agreement, a scenario, a share.

    Args:
        person: the request, or the account, by which it was changed; None for the program itself.
        place: the place's word in the address.
        what: what was changed, such as ``agreement agreement-nt1`` or ``scenario growth.toml``.
        before: how it was, as plain JSON: a mapping of names to values where there are several; None where it
            was not there.
        after: how it is; None where it is gone.
    """
    how = "made" if before is None else "removed" if after is None else "changed"
    asked = who(person)
    asked["address"] = asked["address"] or address_of(ANSWERING.get())
    append("change", what, {"changes": _told(before, after), "how": how}, place=place, **asked)


def _told(before: Any, after: Any) -> dict[str, Any]:
    """What differs between two states: of mappings, the entries that differ."""
    if not isinstance(before, dict | None) or not isinstance(after, dict | None):
        return {"": [before, after]}
    old, new = before or {}, after or {}
    names = [n for n in {**old, **new} if old.get(n) != new.get(n)]
    return {n: [old.get(n), new.get(n)] for n in names}


def row_changed(sender: type[Model], instance: Model, **told: Any) -> None:
    """Note a change of a row that auditlog records, in the same transaction."""
    if told.get("error") is not None:
        return
    changes = _of_columns(sender, told.get("changes") or {})
    if not changes:
        return
    append(
        "change",
        f"{sender._meta.verbose_name} {instance.pk}",
        {"changes": changes, "named": str(instance), "how": _HOW.get(int(told.get("action", 1)), "changed")},
        place=str(getattr(instance, "place", "")),
        **who(ANSWERING.get()),
    )


def _of_columns(sender: type[Model], changes: dict[str, Any]) -> dict[str, Any]:
    """Changes of columns under the words that forms have for them; not what stands in other tables."""
    words = {f.name: str(f.verbose_name) for f in sender._meta.concrete_fields if not f.primary_key}
    return {words[name]: pair for name, pair in changes.items() if name in words}
