"""A lever as a form has it: texts, and what is wrong with each, with its cure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from skillmix.errors import InputError
from skillmix.projection import Lever
from skillmix.projection.lever_words import PlainAmount, entry_amounts, plain_amount
from skillmix.projection.revising import number
from skillmix.projection.scenario import KINDS, SELECTORS, read_lever

#: Fields of a lever's form, each a text.
FIELDS = (
    *("kind", "direction", "amount", "low", "high", *SELECTORS),
    *("from_day", "from_month", "from_year", "until_day", "until_month", "until_year"),
    *("completion", "age", "every_year", "source", "note"),
)
#: As many levers as a form takes.
MOST = 30
#: The field beside which an error about an entry of the file stands.
_BESIDE = {"factor": "amount", "people": "amount", "from": "from", "until": "until"}


@dataclass
class LeverForm:
    """One lever's texts and errors.

    Attributes:
        texts: by field of `FIELDS`.
        errors: message by field; ``from`` and ``until`` stand for the three fields of a date.
    """

    texts: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """What stands in a field."""
        return self.texts.get(name, "")

    @classmethod
    def blank(cls) -> LeverForm:
        """A lever that nobody has filled in."""
        return cls({"kind": "leaver_rate", "direction": "fewer"})

    @classmethod
    def of(cls, lever: Lever) -> LeverForm:
        """The form of a lever that stands."""
        plain = plain_amount(lever)
        ranged = plain.low != plain.high
        texts = {
            "kind": lever.kind,
            "direction": plain.direction,
            "amount": f"{plain.amount:.10g}",
            "low": f"{plain.low:.10g}" if ranged else "",
            "high": f"{plain.high:.10g}" if ranged else "",
            "source": lever.source,
            "note": lever.note,
            "completion": "" if lever.completion is None else f"{lever.completion * 100:.10g}",
            "age": f"{lever.age:.10g}",
            "every_year": "yes" if lever.every_year else "",
            **lever.where,
            **_parts("from", lever.starts),
            **_parts("until", lever.ends),
        }
        return cls(texts)

    @classmethod
    def posted(cls, given: Mapping[str, str], at: int) -> LeverForm:
        """The form as it was sent, the lever's position in front of each field's name."""
        return cls({name: str(given.get(f"lever-{at}-{name}", "")).strip()[:2000] for name in FIELDS})

    def read(self, choices: Mapping[str, list[tuple[str, str]]]) -> Lever | None:
        """The lever, or None where something cannot stand; then `errors` says what, and the cure.

        Args:
            choices: what it may be about, by selector.
        """
        self.errors = {}
        kind = self.text("kind")
        entry: dict[str, object] = {"kind": kind}
        if kind not in KINDS:
            self.errors["kind"] = "Choose what changes."
            return None
        for word in SELECTORS:
            if code := self.text(word):
                entry[word] = code
                if code not in {c for c, _ in choices[word]}:
                    self.errors[word] = (
                        "Choose one from the list. A partner that does not share figures under its name "
                        "cannot be changed alone: its figures would show."
                    )
        for end in ("from", "until"):
            if (day := self._day(end)) is not None:
                entry[end] = day
        self._amounts(kind, entry)
        for name in ("source", "note"):
            if self.text(name):
                entry[name] = self.text(name)
        if kind == "learners":
            self._learners(entry)
        starts, ends = entry.get("from"), entry.get("until")
        if isinstance(starts, dt.date) and isinstance(ends, dt.date) and ends < starts:
            self.errors["until"] = "The last day is before the first. Give a later one, or leave it empty."
        if self.errors:
            return None
        try:
            return read_lever(entry)
        except InputError as refused:
            column = refused.where[0].column if refused.where else ""
            self.errors[_BESIDE.get(str(column), str(column) or "amount")] = (
                f"{refused.problem} {refused.cure}"
            )
            return None

    def _number(self, name: str) -> float | None:
        try:
            return number(self.text(name), name)
        except InputError as refused:
            self.errors[name] = f"{refused.problem} {refused.cure}"
            return None

    def _amounts(self, kind: str, entry: dict[str, object]) -> None:
        if not self.text("amount"):
            self.errors["amount"] = "Say how much it changes, such as 10."
            return
        amount = self._number("amount")
        low = self._number("low") if self.text("low") else amount
        high = self._number("high") if self.text("high") else amount
        if amount is None or low is None or high is None:
            return
        direction = "more" if kind == "learners" else self.text("direction")
        if direction not in ("fewer", "more"):
            self.errors["direction"] = "Choose fewer or more."
            return
        if amount < 0:
            self.errors["amount"] = "Give a number above nought, and choose fewer or more beside it."
        elif low > amount:
            self.errors["low"] = f"The least is above the amount. Give at most {amount:g}, or leave it empty."
        elif high < amount:
            self.errors["high"] = (
                f"The most is below the amount. Give at least {amount:g}, or leave it empty."
            )
        elif kind in ("leaver_rate", "joiners") and direction == "fewer" and high > 99:
            beside = "high" if self.text("high") else "amount"
            self.errors[beside] = "At most 99% fewer can be projected. Give a smaller number."
        else:
            entry |= entry_amounts(kind, PlainAmount(direction, amount, low, high))

    def _learners(self, entry: dict[str, object]) -> None:
        if "from" not in entry and "from" not in self.errors:
            self.errors["from"] = "Say on which day they qualify."
        if self.text("completion"):
            share = self._number("completion")
            if share is not None and not 0 < share <= 100:
                self.errors["completion"] = "Give a per cent above 0 and up to 100."
            elif share is not None:
                entry["completion"] = round(share / 100, 8)
        if self.text("age"):
            age = self._number("age")
            if age is not None and not 16 <= age <= 75:
                self.errors["age"] = "Give an age from 16 to 75."
            elif age is not None:
                entry["age"] = age
        if self.text("every_year"):
            entry["every_year"] = True

    def _day(self, name: str) -> dt.date | None:
        parts = [self.text(f"{name}_{part}") for part in ("day", "month", "year")]
        if not any(parts):
            return None
        try:
            found = dt.date(*(int(p) for p in reversed(parts)))
        except ValueError:
            found = None
        if found is None or not 2000 <= found.year <= 2100:
            self.errors[name] = "There is no such day. Give day, month and year, such as 1 4 2027."
            return None
        return found


def _parts(name: str, day: dt.date | None) -> dict[str, str]:
    if day is None:
        return {}
    return {f"{name}_day": str(day.day), f"{name}_month": str(day.month), f"{name}_year": str(day.year)}
