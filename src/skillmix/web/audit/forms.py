"""Which part of the audit is wanted."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from skillmix.web.audit.actions import ACTIONS


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was chosen; empty means everything.

    Attributes:
        person: number of the account.
        action: word of the action.
        first: first day.
        last: last day.
    """

    person: int | None = None
    action: str = ""
    first: dt.date | None = None
    last: dt.date | None = None


#: Days that a calendar of any zone holds, with a day to spare at both ends.
_DAYS = [MinValueValidator(dt.date(1900, 1, 1)), MaxValueValidator(dt.date(2999, 12, 31))]


class FilterForm(forms.Form):
    """A choice of entries."""

    person = forms.TypedChoiceField(label="Who", required=False, coerce=int, empty_value=None)
    action = forms.ChoiceField(label="What", required=False, choices=[("", "Everything"), *ACTIONS.items()])
    first = forms.DateField(label="From", required=False, validators=_DAYS)
    last = forms.DateField(label="To", required=False, validators=_DAYS)

    def __init__(self, data: Any, people: list[tuple[int, str]]) -> None:
        super().__init__(data)
        self.fields["person"].choices = [("", "Everybody"), *people]  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, str]:
        """What was chosen, by name of the field, as an address has it; nothing of what cannot be read."""
        self.is_valid()
        return {name: str(value) for name, value in self.cleaned_data.items() if value not in (None, "")}

    def wanted(self) -> Wanted:
        """What was chosen; a field that cannot be read chooses nothing."""
        self.is_valid()
        given = self.cleaned_data
        return Wanted(given.get("person"), given.get("action") or "", given.get("first"), given.get("last"))
