"""The form of a sharing agreement."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from skillmix.place import Agreement, Place

#: The levels in plain words: short, and what each means for readers.
LEVELS = {
    "named": ("Under its name", "Others see its figures under its name."),
    "unnamed": ("Without its name", "Others see its figures as those of an unnamed partner."),
    "totals": (
        "In totals alone",
        "Its staff count in the figures of the place, and stand in no row of their own.",
    ),
}


def _day() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class AgreementForm(forms.Form):
    """An agreement with one partner.

    Args:
        place: the place.
        of: the agreement that is changed; None for a new one, for which the partner is chosen.
    """

    organisation = forms.ChoiceField(label="Partner")
    controller = forms.CharField(
        label="Data controller",
        max_length=200,
        help_text="The legal person that answers for the data, often the partner itself.",
    )
    purpose = forms.CharField(
        label="Purpose",
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What the figures may be used for. Nothing else is done with them.",
    )
    legal_basis = forms.CharField(
        label="Legal basis", max_length=300, help_text="For example: public task, UK GDPR article 6(1)(e)."
    )
    dpia = forms.CharField(label="Reference of the data protection impact assessment", max_length=120)
    level = forms.ChoiceField(
        label="How others see its figures",
        widget=forms.RadioSelect,
        choices=[(code, short) for code, (short, _) in LEVELS.items()],
    )
    starts = forms.DateField(label="First day", widget=_day())
    ends = forms.DateField(
        label="Last day",
        widget=_day(),
        help_text="The day after, nothing that was sent under it is shown to anybody any more.",
    )
    retention_months = forms.IntegerField(
        label="Months that facts are kept",
        required=False,
        min_value=1,
        max_value=600,
        help_text="After the day that a fact is true for. Empty: as long as the agreement stands.",
    )

    def __init__(self, *args: Any, place: Place, of: Agreement | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.place, self.of = place, of
        partners = sorted(place.organisations.values(), key=lambda o: o.name)
        if of is not None:
            del self.fields["organisation"]
        else:
            field = self.fields["organisation"]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", "Choose a partner"), *((o.code, o.name) for o in partners)]

    def clean(self) -> dict[str, Any]:
        """The days the right way round."""
        cleaned: dict[str, Any] = super().clean() or {}
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        if starts and ends and ends < starts:
            self.add_error("ends", "The last day is before the first.")
        return cleaned

    def agreement(self) -> Agreement:
        """The agreement as it was filled in; a new one gets a name that no other has."""
        given = dict(self.cleaned_data)
        if self.of is not None:
            return Agreement(id=self.of.id, organisation=self.of.organisation, **given)
        return Agreement(id=_name(self.place, given["organisation"], given["starts"]), **given)


def _name(place: Place, organisation: str, starts: dt.date) -> str:
    taken = {a.id for a in place.agreements}
    word = f"{organisation}-{starts:%Y-%m}".lower()
    names = [word, *(f"{word}-{n}" for n in range(2, len(taken) + 3))]
    return next(n for n in names if n not in taken)


class EndForm(forms.Form):
    """The last day of an agreement that ends early."""

    on = forms.DateField(
        label="Last day",
        widget=_day(),
        help_text="Give yesterday's date to stop at once.",
    )
