"""Forms of the pages of figures."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from skillmix.web.figures.models import LONGEST, Comment


class CommentForm(forms.Form):
    """A comment on a figure, for one of the reader's own organisations."""

    organisation = forms.ChoiceField(label="For which organisation")
    kind = forms.ChoiceField(
        label="What is it?",
        choices=[
            (Comment.Kind.COMMENT, "A comment: something that readers should know"),
            (Comment.Kind.CONTEST, "We contest this figure: we think that it is wrong"),
        ],
        initial=Comment.Kind.COMMENT,
    )
    text = forms.CharField(
        label="What do you want to say?",
        max_length=LONGEST,
        error_messages={
            "required": "Write what you want to say.",
            "max_length": f"Write no more than {LONGEST:,} characters.",
        },
    )

    def __init__(self, organisations: Iterable[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = list(organisations)
        field = self.fields["organisation"]
        field.choices = choices  # type: ignore[attr-defined]
        if len(choices) == 1:
            field.required = False

    def clean_organisation(self) -> str:
        """The only organisation there is, where there is one."""
        choices = self.fields["organisation"].choices  # type: ignore[attr-defined]
        given = str(self.cleaned_data.get("organisation") or "")
        return given or str(next(iter(choices))[0])
