"""The API reference: every public name of every room, from its docstring, as plain Markdown."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import re
from pathlib import Path

ROOMS = [
    *("errors", "settings", "reference", "schema", "place", "measures", "disclosure", "intake"),
    *("demonstration", "projection", "report"),
]
SECTION = re.compile(r"^(Args|Attributes|Returns|Yields|Raises|Example|Examples):\s*$", re.MULTILINE)
TITLES = {"Args": "What comes in", "Returns": "What goes out", "Yields": "What it yields", "Raises": "Errors"}


def prose(docstring: str | None) -> str:
    """A Google docstring as Markdown: sections as bold lines, entries as lists, examples as code."""
    lines: list[str] = []
    entry = example = False
    for line in inspect.cleandoc(docstring or "").splitlines():
        if example and not line.strip():
            lines.append("```")
            example = False
        if match := SECTION.match(line):
            lines += ["", f"**{TITLES.get(match[1], match[1])}**", ""]
            entry = True
        elif line.startswith(">>>") and not example:
            lines += ["", "```python", line]
            example = True
        elif entry and re.match(r"^ {4}\*{0,2}\w[\w, ]*: ", line):
            name, _, words = line.strip().partition(": ")
            lines.append(f"- `{name}`: {words}")
        elif entry and line.startswith("    "):
            lines.append("  " + line.strip())
        else:
            entry = entry and not line
            lines.append(line)
    return "\n".join([*lines, "```"] if example else lines)


def signature(name: str, thing: object) -> str:
    """A name with its arguments."""
    try:
        shown = re.sub(r"skillmix\.\w+\.\w+\.", "", str(inspect.signature(thing)))  # type: ignore[arg-type]
        return name + re.sub(r"(: |-> )'([^']*)'", r"\1\2", shown)
    except (TypeError, ValueError):
        return name


def described(name: str, thing: object) -> list[str]:
    """The entry of one public name."""
    if not (inspect.isclass(thing) or inspect.isroutine(thing)):
        return [f"## {name}", "", f"A constant: `{type(thing).__name__}`.", ""]
    page = [f"## {name}", "", "```python", signature(name, thing), "```", "", prose(thing.__doc__), ""]
    if inspect.isclass(thing):
        fields = (
            {field.name for field in dataclasses.fields(thing)} if dataclasses.is_dataclass(thing) else set()
        )
        for inner, member in vars(thing).items():
            if inner.startswith("_") or inner in fields:
                continue
            made = member.__func__ if isinstance(member, (classmethod, staticmethod)) else member
            if isinstance(made, property):
                page += [f"### {name}.{inner}", "", prose(made.__doc__), ""]
            elif inspect.isfunction(made):
                page += [
                    f"### {name}.{inner}",
                    "",
                    "```python",
                    signature(inner, made),
                    "```",
                    "",
                    prose(made.__doc__),
                    "",
                ]
    return page


def write(folder: Path) -> list[Path]:
    """Write one page a room; returns the pages."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for room in ROOMS:
        module = importlib.import_module(f"skillmix.{room}")
        public = getattr(module, "__all__", None) or [
            name
            for name, thing in vars(module).items()
            if not name.startswith("_") and getattr(thing, "__module__", None) == module.__name__
        ]
        page = [f"# skillmix.{room}", "", inspect.cleandoc(module.__doc__ or ""), ""]
        for name in sorted(public):
            page += described(name, getattr(module, name))
        path = folder / f"{room}.md"
        path.write_text(re.sub(r"\n{3,}", "\n\n", "\n".join(page)), encoding="utf-8")
        written.append(path)
    contents = "".join(f"- [skillmix.{room}]({room}.md)\n" for room in ROOMS)
    start = folder / "index.md"
    start.write_text(f"# API reference\n\n{contents}", encoding="utf-8")
    return [start, *written]
