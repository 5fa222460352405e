"""The form that makes a token."""

from __future__ import annotations

from typing import Any

from django import forms

from skillmix.web.api.tokens import ABILITIES, DEFAULT_DAYS
from skillmix.web.people.access import Principal
from skillmix.web.site.served import served

#: Days that a token may be made for.
DAYS = ((30, "30 days"), (90, "90 days"), (180, "6 months"), (365, "One year"))


class TokenForm(forms.Form):
    """What a new token is for, what it may do, and for how long."""

    name = forms.CharField(
        max_length=80,
        strip=True,
        error_messages={"required": "Say what the token is for, such as 'Power BI, workforce report'."},
    )
    place = forms.ChoiceField(
        error_messages={"required": "Choose a place.", "invalid_choice": "Choose one of your places."}
    )
    organisation = forms.ChoiceField(
        required=False, error_messages={"invalid_choice": "Choose one of your own organisations, or all."}
    )
    abilities = forms.MultipleChoiceField(
        error_messages={
            "required": "Choose at least one thing that the token may do.",
            "invalid_choice": "Choose from the list.",
        }
    )
    days = forms.TypedChoiceField(
        choices=DAYS,
        coerce=int,
        initial=DEFAULT_DAYS,
        error_messages={"required": "Choose how long.", "invalid_choice": "Choose from the list."},
    )

    def __init__(self, data: Any, *, places: dict[str, Principal]) -> None:
        super().__init__(data)
        opened = {slug: served()[slug].opened()[0] for slug in places}
        own = {
            code: place.organisations[code].name
            for slug, place in opened.items()
            for code in sorted(places[slug].own)
            if code in place.organisations
        }
        abilities = frozenset().union(*(p.abilities for p in places.values()))
        self._choose("place", [(slug, place.name) for slug, place in opened.items()])
        self._choose("organisation", [("", "All that I am a member of"), *own.items()])
        self._choose("abilities", [(code, ABILITIES[code]) for code in ABILITIES if code in abilities])

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices
