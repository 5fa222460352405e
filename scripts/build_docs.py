"""Pages of the documentation that are read from the code: `make docs`.

The data dictionary, the reference lists, the commands and the lists of pages in `docs/index.md` are
committed, to be read without building; `--check` tells whether they are up to date. The API reference,
which changes with every docstring, is written to `site/api/` and not committed.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
#: Columns that every reference list ends with.
KEEPING = ("valid_from", "valid_to", "source", "confidence")
MADE = "<!-- Made by `make docs`; edit the code instead. -->\n\n"


def cell(value: object) -> str:
    """A value in a Markdown table."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else ""
    return str(value).replace("|", "\\|").replace("\n", " ")


def table(headings: list[str], rows: list[list[object]]) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(headings) + " |", "|" + "---|" * len(headings)]
    lines += ["| " + " | ".join(cell(value) for value in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def first_words(docstring: str | None) -> str:
    """A docstring without its sections of arguments."""
    return re.split(r"\n\s*(?:Attributes|Args|Raises|Returns):", docstring or "", maxsplit=1)[0].strip()


def data_dictionary() -> str:
    """Every table and column that a place's lake holds."""
    from skillmix.schema import FACTS, KEEPERS, dictionary

    page = [
        MADE + "# Data dictionary\n",
        "The canonical tables, as the code declares them. *Allowed* names a",
        "[reference list](reference-lists.md) or gives the codes themselves. Quantities that are added are",
        "stored exactly, to nine places. Where a source has the same field, its name stands last.\n",
    ]
    headings = ["column", "type", "unit", "allowed", "key", "required", "what it says", "in the sources"]
    for title, tables in (("Facts", FACTS), ("What ties the facts", KEEPERS)):
        page.append(f"## {title}\n")
        for name, schema in tables.items():
            about = re.sub(r"\s+", " ", first_words(schema.__doc__))
            rows: list[list[object]] = []
            for row in dictionary(name).iter_rows(named=True):
                what = [row["unit"], row["allowed"], row["key"], not row["nullable"], row["description"]]
                rows.append([f"`{row['column']}`", row["type"], *what, row["sources"]])
            page.append(f"### {name}\n\n{about}\n\n{table(headings, rows)}")
    return "\n".join(page)


def measures_catalogue() -> str:
    """Every measure with its definition, its source, and when it is refused."""
    from skillmix.measures import MEASURES

    page = [
        MADE + "# Measures\n",
        "What each figure is. How they are reckoned stands in the [method](../method/measures.md), what may",
        "be shown of them under [disclosure](../method/disclosure.md).\n",
    ]
    for entry in MEASURES.values():
        page.append(f"## {entry.label}\n\n{entry.definition}\n")
        rows: list[list[object]] = [["Numerator", entry.numerator]]
        if entry.denominator:
            rows.append(["Denominator", entry.denominator])
        rows += [["Unit", entry.unit], ["Source of the method", entry.source]]
        rows += [["Not given", reason] for reason in entry.refused]
        page.append(table(["of it", "what it is"], rows))
    return "\n".join(page)


def reference_lists() -> str:
    """Every reference list with its columns and how many rows it has."""
    from skillmix import reference
    from skillmix.reference.lists import library

    page = [
        MADE + "# Reference lists\n",
        "`skillmix reference show NAME` prints a list. Each row says from when to when it is valid, where it",
        "comes from, and how far it is trusted. *Codes of* names the list that a column's codes stand in.\n",
    ]
    about = {name: library().declaration(name).description for name in reference.names()}
    page.append(
        table(
            ["list", "rows", "what it holds"],
            [
                [f"[{name}](#{name})", f"{reference.table(name).height:,}", what]
                for name, what in about.items()
            ],
        )
    )
    headings = ["column", "type", "required", "codes of", "allowed", "what it says"]
    for name, what in about.items():
        rows: list[list[object]] = [
            [f"`{row[0]}`", *row[1:]] for row in reference.describe(name).iter_rows() if row[0] not in KEEPING
        ]
        page.append(f"## {name}\n\n{what}\n\n{table(headings, rows)}")
    return "\n".join(page)


def _commands(command: object, words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], object]]:
    inner = getattr(command, "commands", None)
    if inner is None:
        yield words, command
        return
    for name in command.list_commands(None):  # type: ignore[attr-defined]
        yield from _commands(inner[name], (*words, name))


def commands() -> str:
    """Every command with its arguments and options, and the exit codes."""
    import typer

    from skillmix import errors
    from skillmix.cli.app import FAULT, app

    page = [
        MADE
        + "# Commands\n\nData goes to stdout and nothing else does; progress, notes and errors go to stderr.",
        "`--debug` before a command shows where an error arose, `--quiet` leaves out progress and notes.\n",
    ]
    for words, command in _commands(typer.main.get_command(app), ()):
        parameters = [p for p in command.params if p.name != "help"]  # type: ignore[attr-defined]
        rows: list[list[object]] = []
        usage = ["skillmix", *words]
        for parameter in parameters:
            option = parameter.param_type_name == "option"
            named = ", ".join([*parameter.opts, *parameter.secondary_opts]) if option else parameter.metavar
            shown = str(named or parameter.name.upper())
            default = parameter.default
            plain = default is not None and not callable(default) and default is not False
            rows.append([f"`{shown}`", getattr(parameter, "help", None), f"`{default}`" if plain else None])
            if not option:
                usage.append(shown)
            elif parameter.required:
                usage.append(f"{parameter.opts[0]} {parameter.metavar or parameter.name.upper()}")
        about = re.sub(r"\s+", " ", command.help or "")  # type: ignore[attr-defined]
        page.append(f"## {' '.join(words)}\n\n{about}\n\n```\n{' '.join(usage)}\n```\n")
        if rows:
            page.append(table(["argument or option", "what it says", "default"], rows))
    kinds: list[list[object]] = [[0, "All is well."], [2, "The command was not written as it has to be."]]
    for kind in (errors.SkillmixError, *errors.SkillmixError.__subclasses__()):
        kinds.append([kind.exit_code, first_words(kind.__doc__).split("; ")[0].rstrip(".") + "."])
    kinds.append([FAULT, "A fault of skillmix itself."])
    kinds.sort(key=lambda row: int(str(row[0])))
    page.append("## Exit codes\n\n" + table(["code", "meaning"], kinds))
    return "\n".join(page)


def index() -> str:
    """The start page with its lists of pages brought up to date."""
    text = (DOCS / "index.md").read_text(encoding="utf-8")
    for folder in re.findall(r"<!-- pages: (\S+) -->", text):
        lines = []
        for page in sorted((DOCS / folder).glob("*.md")):
            title = next(
                line[2:] for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("# ")
            )
            lines.append(f"- [{title.strip()}]({folder}/{page.name})\n")
        begin, end = f"<!-- pages: {folder} -->\n", "<!-- end -->"
        text = re.sub(
            f"{re.escape(begin)}.*?{end}",
            lambda _, b=begin, x=lines, e=end: b + "".join(x) + e,
            text,
            flags=re.S,
        )
    return text


PAGES = {
    DOCS / "generated" / "data-dictionary.md": data_dictionary,
    DOCS / "generated" / "reference-lists.md": reference_lists,
    DOCS / "generated" / "measures.md": measures_catalogue,
    DOCS / "generated" / "commands.md": commands,
    DOCS / "index.md": index,
}


def main() -> int:
    if "--check" in sys.argv:
        stale = [
            path.relative_to(ROOT)
            for path, make in PAGES.items()
            if not path.exists() or path.read_text(encoding="utf-8") != make()
        ]
        for path in stale:
            print(f"{path} is not up to date: run 'make docs'.")
        return 1 if stale else 0
    for path, make in PAGES.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(make(), encoding="utf-8")
        print(path.relative_to(ROOT))
    import api_reference

    for path in api_reference.write(ROOT / "site" / "api"):
        print(path.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
