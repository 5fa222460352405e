"""Forms of submitting: what is filled in, and what is wrong with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils import timezone

from skillmix.intake.fieldmap import Source
from skillmix.place import PlaceOrganisation
from skillmix.web.submissions.returns import QUESTIONS, Question, problems

#: The last field of the form of a file: without it the file did not arrive whole.
WHOLE = "whole"
_MOST = Decimal("10000000")


class SubmitForm(forms.Form):
    """A file, and what it is."""

    organisation = forms.ChoiceField(
        label="Which organisation is it about?", error_messages={"required": "Choose the organisation."}
    )
    source = forms.ChoiceField(
        label="What is it?", error_messages={"required": "Choose what kind of file it is."}
    )
    as_of = forms.DateField(
        label="The day that it is true for",
        error_messages={
            "required": "Give the day that the file is true for, such as 30/06/2026.",
            "invalid": "Give a day, such as 30/06/2026.",
        },
    )
    file = forms.FileField(
        label="The file",
        max_length=255,
        error_messages={
            "required": "Choose the file.",
            "empty": "The file is empty. Export it again.",
            "max_length": "The name of the file is too long. Rename it.",
        },
    )

    def __init__(
        self, *args: Any, organisations: Sequence[PlaceOrganisation], sources: Sequence[Source], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        wanted: Any = self.fields["organisation"]
        wanted.choices = [(o.code, f"{o.name} ({o.code})") for o in organisations]
        kinds: Any = self.fields["source"]
        kinds.choices = [(s.name, s.title) for s in sources]

    def clean_as_of(self) -> dt.date:
        """A day that has been."""
        day: dt.date = self.cleaned_data["as_of"]
        if day > timezone.localdate():
            raise forms.ValidationError("The day is in the future. Give the day of the export.")
        return day

    def clean(self) -> dict[str, Any]:
        """The file is whole."""
        if self.data.get(WHOLE) != "yes" and "file" in self.cleaned_data:
            self.add_error("file", "The file did not arrive whole. Send it again.")
        return self.cleaned_data


class WithdrawForm(forms.Form):
    """Why something is withdrawn."""

    reason = forms.CharField(
        label="Why?",
        max_length=500,
        error_messages={
            "required": "Say why, in a sentence: others ask when a figure goes.",
            "max_length": "Say it in at most 500 characters.",
        },
    )


class ReturnForm:
    """The ten numbers: each a number, or ticked as not known.

    Args:
        posted: what was sent.
    """

    def __init__(self, posted: Any) -> None:
        self.values = {q.key: posted.get(q.key, "").strip() for q in QUESTIONS}
        self.unknown = {q.key: bool(posted.get(f"{q.key}-unknown")) for q in QUESTIONS}
        self.errors: dict[str, str] = {}
        self.answers: dict[str, str | None] = {}
        for question in QUESTIONS:
            self._read(question)
        if not self.errors:
            self.errors = problems(self.answers)

    @property
    def valid(self) -> bool:
        """Whether it can be taken."""
        return not self.errors

    def _read(self, question: Question) -> None:
        given, unknown = self.values[question.key], self.unknown[question.key]
        if unknown and given:
            self.errors[question.key] = "Give a number, or tick 'not known', not both."
        elif unknown:
            self.answers[question.key] = None
        elif not given:
            self.errors[question.key] = "Give a number (0 where there is none), or tick 'not known'."
        else:
            self._take(question, given)

    def _take(self, question: Question, given: str) -> None:
        try:
            number = Decimal(given.replace(",", "").replace("£", "").replace(" ", ""))
        except InvalidOperation:
            self.errors[question.key] = f"'{given[:20]}' is no number. Give a number such as 12.5."
            return
        if not number.is_finite() or number < 0 or number > _MOST:
            self.errors[question.key] = "Give a number from 0 upwards."
        elif question.whole and number != number.to_integral_value():
            self.errors[question.key] = "Give a whole number of people."
        else:
            self.answers[question.key] = format(round(number, 2).normalize(), "f")
