"""Any Django form is drawn in the design system: labels, hints, errors, what a browser may fill in."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django import forms
from django.template import engines

pytestmark = pytest.mark.unit

_ALL = (
    '{% from "people/form.jinja" import errors, fields, send %}'
    '{{ errors(form) }}{{ fields(form, words) }}{{ send("Go on") }}'
)


class Sample(forms.Form):
    name = forms.CharField(
        label="Name", help_text="As it is shown.", widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    secret = forms.CharField(label="Password", widget=forms.PasswordInput(attrs={"autocomplete": "off"}))
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea(attrs={"rows": 2}))
    kind = forms.ChoiceField(label="Kind", choices=[("", "Choose"), ("a", "First"), ("b", "Second")])
    level = forms.ChoiceField(
        label="Level", choices=[("x", "Named"), ("y", "Totals")], widget=forms.RadioSelect
    )
    many = forms.MultipleChoiceField(
        label="Many",
        required=False,
        choices=[("1", "One"), ("2", "Two")],
        widget=forms.CheckboxSelectMultiple,
    )
    agreed = forms.BooleanField(label="Agreed", required=False)
    day = forms.DateField(
        label="Day", required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    number = forms.IntegerField(label="Number", required=False, min_value=1)
    file = forms.FileField(label="File", required=False)
    hidden = forms.CharField(required=False, widget=forms.HiddenInput)


def drawn(form: forms.Form, words: dict[str, Any] | None = None) -> str:
    environment: Any = engines["jinja2"]
    text: str = environment.env.from_string(_ALL).render(form=form, words=words or {})
    return text


def test_every_kind_of_field_has_its_label_and_its_name() -> None:
    page = drawn(Sample())
    for name, field in Sample.base_fields.items():
        assert f'name="{name}"' in page
        if not isinstance(field.widget, forms.HiddenInput):
            assert str(field.label) in page
    for name in ("name", "secret", "note", "kind", "day", "number", "file"):
        assert re.search(rf'<label[^>]* for="id_{name}"', page), name
        assert f'id="id_{name}"' in page
    assert page.count("<fieldset") == 2
    assert " style=" not in page
    assert "None" not in page


def test_what_may_be_left_out_says_so_and_what_may_not_does_not() -> None:
    page = drawn(Sample())
    assert "Note (optional)" in page
    assert "Name (optional)" not in page


def test_hints_and_what_a_browser_may_fill_in_are_kept_and_can_be_said_otherwise() -> None:
    page = drawn(Sample(), {"name": {"label": "Full name", "hint": "Both names."}})
    assert "Full name" in page
    assert "Both names." in page
    assert "As it is shown." not in page
    assert 'autocomplete="name"' in page
    assert 'aria-describedby="id_name-hint"' in page


def test_what_was_given_stands_there_again_and_a_password_does_not() -> None:
    given = {
        "name": "A <b>",
        "secret": "hush",
        "note": "text",
        "kind": "b",
        "level": "y",
        "many": ["2"],
        "day": "2026-06-30",
    }
    page = drawn(Sample(given))
    assert "A &lt;b&gt;" in page
    assert "hush" not in page
    assert re.search(r'<option value="b" selected', page)
    assert re.search(r'value="y"[^>]* checked', page)
    assert re.search(r'value="2"[^>]* checked', page)
    assert 'value="2026-06-30"' in page


def test_errors_stand_first_and_lead_to_their_fields() -> None:
    form = Sample({"name": "", "secret": "x", "kind": "z", "level": ""})
    form.is_valid()
    form.add_error(None, "The whole does not hold together.")
    page = drawn(form)
    summary = page[: page.index("</ul>")]
    assert "There is a problem" in summary
    assert "The whole does not hold together." in summary
    for name in ("name", "kind", "level"):
        assert f'href="#id_{name}"' in summary
        assert f'id="id_{name}"' in page, "the link leads somewhere"
    assert "nhsuk-error-message" in page
