"""Which part of the audit is wanted."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django import forms

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


class FilterForm(forms.Form):
    """A choice of entries."""

    person = forms.TypedChoiceField(label="Who", required=False, coerce=int, empty_value=None)
    action = forms.ChoiceField(label="What", required=False, choices=[("", "Everything"), *ACTIONS.items()])
    first = forms.DateField(label="From", required=False)
    last = forms.DateField(label="To", required=False)

    def __init__(self, data: Any, people: list[tuple[int, str]]) -> None:
        super().__init__(data)
        self.fields["person"].choices = [("", "Everybody"), *people]  # type: ignore[attr-defined]

    def wanted(self) -> Wanted:
        """What was chosen; a field that cannot be read chooses nothing."""
        self.is_valid()
        given = self.cleaned_data
        return Wanted(given.get("person"), given.get("action") or "", given.get("first"), given.get("last"))
