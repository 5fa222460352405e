"""Forms of accounts, invitations and memberships."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone

from skillmix import reference
from skillmix.place import Place
from skillmix.web.people.roles import ROLES


def families() -> list[tuple[str, str]]:
    """Families of registered professions, each with the support workforce that goes with it."""
    rows = reference.table("families")
    return [
        (code, label)
        for code, label in rows.select("code", "label").iter_rows()
        if not code.endswith("_support")
    ]


def organisations(place: Place) -> list[tuple[str, str]]:
    """Partners of a place whose own people may be invited; a network stands for its practices."""
    partners = (o for o in place.organisations.values() if o.kind != "practice")
    return sorted(((o.code, o.name) for o in partners), key=lambda pair: pair[1])


class RoleForm(forms.Form):
    """A role, and what it is about.

    Args:
        place: the place.
    """

    role = forms.ChoiceField(
        label="Role", widget=forms.RadioSelect, choices=[(r.code, r.label) for r in ROLES.values()]
    )
    organisation = forms.ChoiceField(
        label="Organisation",
        required=False,
        help_text="For an organisation workforce lead or analyst; for a primary care lead, the network.",
    )
    family = forms.ChoiceField(
        label="Family of professions", required=False, help_text="For a profession lead."
    )

    def __init__(self, *args: Any, place: Place, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.place = place
        self._choices("organisation", organisations(place))
        self._choices("family", families())

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "None"), *choices]

    def clean(self) -> dict[str, Any]:
        """What the role is about is given, and nothing else is kept."""
        cleaned: dict[str, Any] = super().clean() or {}
        role = ROLES.get(cleaned.get("role", ""))
        if role is None:
            return cleaned
        about = cleaned.get("organisation", "")
        if role.of in ("organisation", "network"):
            found = self.place.organisations.get(about)
            if found is None:
                self.add_error("organisation", f"Choose the organisation of the {role.label.lower()}.")
            elif role.of == "network" and found.kind != "network":
                self.add_error("organisation", "Choose a primary care network.")
        else:
            cleaned["organisation"] = ""
        if role.of == "family":
            if not cleaned.get("family"):
                self.add_error("family", "Choose the family of professions that they lead.")
        else:
            cleaned["family"] = ""
        return cleaned


class InviteForm(RoleForm):
    """Whom to invite, to which role."""

    field_order = ["email", "role", "organisation", "family"]
    email = forms.EmailField(
        label="E-mail address",
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text="Without an address, whoever holds the link can accept.",
    )


class MembershipForm(RoleForm):
    """A role, and its last day."""

    ends = forms.DateField(
        label="Last day",
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text="Leave it empty for as long as nobody ends it.",
    )

    def clean_ends(self) -> dt.date | None:
        """Today or later: to end it at once there is a button."""
        ends: dt.date | None = self.cleaned_data.get("ends")
        if ends is not None and ends < timezone.localdate():
            raise forms.ValidationError("Give a day from today on.")
        return ends


class NameForm(forms.Form):
    """How somebody is shown to others."""

    name = forms.CharField(
        label="My name",
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text="As colleagues in the place see it.",
    )


class AcceptForm(forms.Form):
    """The account of somebody who was invited."""

    email = forms.EmailField(
        label="E-mail address",
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
        help_text="You sign in with it.",
    )
    name = forms.CharField(
        label="Your name",
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text="As colleagues in the place see it.",
    )
    password = forms.CharField(
        label="Password", widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def __init__(self, *args: Any, invited: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if invited:
            del self.fields["email"]
