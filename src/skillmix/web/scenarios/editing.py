"""A whole scenario as its form has it: its levers, the numbers of its plan, and what it was read at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from skillmix.errors import InputError
from skillmix.projection import Lever, Scenario
from skillmix.projection.lever_words import Names, sentence
from skillmix.projection.revising import number
from skillmix.projection.scenario_files import ScenarioFile
from skillmix.web.scenarios.lever_forms import MOST, LeverForm

#: The longest name, and the longest description.
NAME, DESCRIPTION = 120, 2000


@dataclass
class Editing:
    """A scenario's form.

    Attributes:
        name: its name.
        description: what it is.
        levers: forms of its levers, in order.
        roles: FTE of each role of its recruitment plan, as texts.
        read: version of the file that the form was filled from.
        errors: message by field.
    """

    name: str = ""
    description: str = ""
    levers: list[LeverForm] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)
    read: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, file: ScenarioFile) -> Editing:
        """The form of a scenario as its file has it."""
        scenario = file.scenario or Scenario("")
        roles = [f"{r.get('fte', '')}" for r in scenario.plan.get("role", [])]
        levers = [LeverForm.of(lever) for lever in scenario.levers]
        return cls(scenario.name, scenario.description, levers, roles, file.version)

    @classmethod
    def posted(cls, given: Mapping[str, str]) -> Editing:
        """The form as it was sent."""
        return cls(
            str(given.get("name", "")).strip(),
            " ".join(str(given.get("description", "")).split()),
            [LeverForm.posted(given, at) for at in range(_count(given, "levers", MOST))],
            [str(given.get(f"role-{at}", "")).strip()[:40] for at in range(_count(given, "roles", 100))],
            str(given.get("read", ""))[:64],
        )

    def change(self, action: str) -> None:
        """Add a lever, or remove one: ``add``, ``remove-0``."""
        if action == "add" and len(self.levers) < MOST:
            self.levers.append(LeverForm.blank())
        at = action.removeprefix("remove-")
        if action.startswith("remove-") and at.isascii() and at.isdigit() and int(at[:4]) < len(self.levers):
            del self.levers[int(at)]

    def scenario(self, now: Scenario, choices: Mapping[str, list[tuple[str, str]]]) -> Scenario | None:
        """The scenario, or None where something cannot stand; then `errors` and the levers' say what.

        Args:
            now: the scenario as it stands, whose plan is kept but for the numbers of its roles.
            choices: what a lever may be about, by selector.
        """
        self.errors = {}
        if not self.name or len(self.name) > NAME:
            self.errors["name"] = f"Give the scenario a name of at most {NAME} letters."
        if len(self.description) > DESCRIPTION:
            self.errors["description"] = f"Describe it in at most {DESCRIPTION} letters."
        levers = [form.read(choices) for form in self.levers]
        plan = self._plan(now.plan)
        if self.errors or any(lever is None for lever in levers):
            return None
        kept = tuple(lever for lever in levers if lever is not None)
        return replace(now, name=self.name, description=self.description, levers=kept, plan=plan)

    def _plan(self, plan: dict[str, Any]) -> dict[str, Any]:
        roles = plan.get("role", [])
        if not plan or len(roles) != len(self.roles):
            return plan
        changed = []
        for at, (role, text) in enumerate(zip(roles, self.roles, strict=True)):
            try:
                fte = number(text, "fte")
            except InputError as refused:
                self.errors[f"role-{at}"] = f"{refused.problem} {refused.cure}"
                continue
            if not 0 < fte <= 10_000:
                self.errors[f"role-{at}"] = "Give FTE above nought, such as 10."
            changed.append({**role, "fte": role.get("fte") if role.get("fte") == fte else fte})
        return {**plan, "role": changed}

    def preview(self, choices: Mapping[str, list[tuple[str, str]]], names: Names) -> list[str]:
        """Each lever in words; what cannot stand is left out, and its error shown beside its field."""
        read: list[Lever | None] = [form.read(choices) for form in self.levers]
        return [sentence(lever, names) for lever in read if lever is not None]

    @property
    def problems(self) -> list[dict[str, str]]:
        """Every error with the field that it stands beside, for the summary at the top."""
        found = [{"text": text, "href": f"#{name}"} for name, text in self.errors.items()]
        for at, form in enumerate(self.levers):
            for name, text in form.errors.items():
                target = f"{name}_day" if name in ("from", "until") else name
                found.append({"text": f"Change {at + 1}: {text}", "href": f"#lever-{at}-{target}"})
        return found


def _count(given: Mapping[str, str], name: str, most: int) -> int:
    text = str(given.get(name, "0"))
    return min(int(text), most) if text.isascii() and text.isdigit() and len(text) < 5 else 0
