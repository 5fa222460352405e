"""What the page of personal tokens shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from skillmix.web.api.forms import TokenForm
from skillmix.web.api.models import Token
from skillmix.web.api.tokens import ABILITIES, DEFAULT_DAYS
from skillmix.web.people.access import Principal
from skillmix.web.site.served import served


def page(
    form: TokenForm,
    tokens: Iterable[Token],
    places: Mapping[str, Principal],
    made: tuple[Token, str] | None,
) -> dict[str, Any]:
    """Everything that the template shows: the tokens, the form with what was given, its errors."""
    given = form.data if form.is_bound and made is None else {}
    errors = {name: found[0] for name, found in form.errors.items()} if made is None else {}
    chosen = form["abilities"].value() if given else ["figures"]
    return {
        "made": made,
        "tokens": list(tokens),
        "may": bool(places),
        "only_place": len(places) == 1,
        "names": {slug: place.name for slug, place in served().items()},
        "values": {
            "name": given.get("name", ""),
            "place": given.get("place", ""),
            "organisation": given.get("organisation", ""),
            "days": str(given.get("days", DEFAULT_DAYS)),
            "abilities": chosen,
        },
        "places": items(form.fields["place"].choices),  # type: ignore[attr-defined]
        "organisations": items(form.fields["organisation"].choices),  # type: ignore[attr-defined]
        "ability_items": items(
            (code, ABILITIES[code])
            for code, _ in form.fields["abilities"].choices  # type: ignore[attr-defined]
        ),
        "days": items(form.fields["days"].choices),  # type: ignore[attr-defined]
        "errors": errors,
        "errors_list": [{"text": words, "href": f"#id_{name}"} for name, words in errors.items()],
    }


def items(choices: Iterable[tuple[Any, Any]]) -> list[dict[str, str]]:
    """Choices as the design system's macros take them."""
    return [{"value": str(value), "text": str(text)} for value, text in choices]
