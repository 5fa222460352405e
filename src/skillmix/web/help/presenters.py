"""What help pages show, taken from the declarations that the program itself runs by."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import polars as pl

from skillmix.disclosure import Policy
from skillmix.disclosure.releases import INVENTED
from skillmix.errors import SkillmixError
from skillmix.intake import field_map
from skillmix.measures import MEASURES
from skillmix.report.words import month
from skillmix.web.panels.reading import Reading
from skillmix.web.people.roles import ABILITIES, ROLES

#: Whom a membership in a role is about, in words.
_OF = {
    "place": "The whole place",
    "organisation": "One organisation",
    "network": "One primary care network, or all of them",
    "family": "One family of professions",
}
#: What a role is shown of other partners, in words.
_MOST = {
    "named": "By name, where the partner's agreement allows",
    "unnamed": "Without their names",
    "totals": "In totals of the place alone",
}
_ORIGINS = {"published": "Published", "sent": "Sent by partners", "synthetic": INVENTED}


def measures_shown() -> list[dict[str, Any]]:
    """Every measure with its definition."""
    return [
        {
            "anchor": m.name.replace("_", "-"),
            "label": m.label,
            "definition": m.definition,
            "summary": [
                {"key": {"text": words}, "value": {"text": value}}
                for words, value in (
                    ("What is counted", m.numerator),
                    ("Divided by", m.denominator),
                    ("Unit", m.unit),
                    ("Method from", m.source),
                )
                if value
            ],
            "refused": m.refused,
        }
        for m in MEASURES.values()
    ]


def sources_of(reading: Reading) -> list[dict[str, Any]]:
    """The sources behind what this reader may be shown, each with publisher, licence and dates."""
    facts = reading.facts
    visible = facts.visible.join(
        facts.submissions.select("submission", "as_of", "received", "origin"), on="submission", how="left"
    )
    found = (
        visible.group_by("source")
        .agg(
            pl.col("submission").n_unique().alias("submissions"),
            pl.col("organisation").n_unique().alias("organisations"),
            pl.col("period").min().alias("first"),
            pl.col("period").max().alias("last"),
            pl.col("received").max().alias("received"),
            pl.col("origin").first().alias("origin"),
        )
        .sort("source")
    )
    return [_source(row) for row in found.iter_rows(named=True)]


def _source(row: Mapping[str, Any]) -> dict[str, Any]:
    """A source as a page shows it; what has no field map of its own is told by its name."""
    title, publisher, licence, says = str(row["source"]).replace("_", " ").capitalize(), "", "", ""
    try:
        known = field_map(str(row["source"]))
    except SkillmixError:
        publisher = "This project" if row["origin"] == "synthetic" else "A partner of the place"
        licence = "Invented: no licence applies" if row["origin"] == "synthetic" else "Sharing agreement"
    else:
        title, publisher, licence, says = known.title, known.publisher, known.licence, known.describe
    ends = [month(dt.date.fromisoformat(f"{row[end]}-01")) for end in ("first", "last") if row[end]]
    return {
        "title": title,
        "publisher": publisher,
        "licence": licence,
        "says": says,
        "period": " to ".join(dict.fromkeys(ends)) or "not known",
        "received": row["received"].date() if row["received"] else None,
        "organisations": row["organisations"],
        "submissions": row["submissions"],
        "origin": _ORIGINS.get(str(row["origin"]), "not known"),
        "invented": row["origin"] == "synthetic",
    }


def rules_shown() -> list[dict[str, Any]]:
    """From how many people each kind of fact is shown, and where, in words."""
    from skillmix import reference

    labels = dict(reference.table("disclosure_minimums").select("code", "label").iter_rows())
    found = []
    for kind, rule in Policy.default().rules.items():
        words = "Always shown" if rule.minimum <= 1 else f"From {rule.minimum} people; 0 is shown"
        found.append(
            {
                "label": labels.get(kind, kind.replace("_", " ")),
                "from": words,
                "where": "The place as a whole" if rule.place_only else "Wherever the agreement allows",
                "years": f"{rule.years_pooled} years together" if rule.years_pooled > 1 else "One year",
                "rate": rule.rate_base,
                "source": rule.source,
            }
        )
    return found


def kept_back() -> int:
    """The smallest base that a rate is shown for."""
    return max(rule.rate_base for rule in Policy.default().rules.values())


def shared_of(reading: Reading) -> list[str]:
    """The reader's own organisations, by name."""
    known = reading.place.organisations
    return sorted(known[code].name for code in reading.principal.own if code in known)


def roles_shown() -> list[dict[str, Any]]:
    """Every role: whom it is for, what it is about, what it may do and see."""
    return [
        {
            "label": role.label,
            "describe": role.describe,
            "of": _OF[role.of],
            "most": _MOST[role.most],
            "abilities": [says for code, says in ABILITIES.items() if code in role.abilities],
        }
        for role in ROLES.values()
    ]


def addresses(root: str) -> list[tuple[str, str]]:
    """The addresses that people most often connect to, with what each gives."""
    return [
        (
            "Staff in post, by organisation and profession",
            f"{root}overview?by=organisation,profession&format=csv",
        ),
        ("The grid of allied health professions", f"{root}grid?family=ahp&format=csv"),
        ("Joiners, leavers and leaver rate, by staff group", f"{root}turnover?by=staff_group&format=csv"),
        ("Vacancies, by organisation", f"{root}vacancy?by=organisation&format=csv"),
        ("What is known of which partner", f"{root}coverage?format=csv"),
    ]


def operations_shown(place: str) -> list[dict[str, Any]]:
    """The operations of the API, by what they are about, from its own description."""
    from skillmix.web.api.operations import api

    described: Mapping[str, Any] = api.get_openapi_schema()
    models = described["components"]["schemas"]
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, operations in described["paths"].items():
        for operation in operations.values():
            groups.setdefault(operation["tags"][0], []).append(_operation(path, place, operation, models))
    return [
        {"title": title, "anchor": title.lower().replace(" ", "-"), "operations": found}
        for title, found in groups.items()
    ]


def _operation(
    path: str, place: str, operation: Mapping[str, Any], models: Mapping[str, Any]
) -> dict[str, Any]:
    page = _model(operation["responses"][200]["content"]["application/json"]["schema"], models)
    row = _model(page["properties"]["rows"]["items"], models)
    return {
        "address": path.replace("{place}", place),
        "summary": operation["summary"],
        "description": [
            " ".join(line.replace("`", "'").split())
            for line in operation.get("description", "").split("\n\n")
            if line.strip()
        ],
        "parameters": [
            {
                "name": p["name"],
                "kind": _kind(p["schema"]),
                "default": p["schema"].get("default"),
                "says": p["schema"].get("description") or p.get("description", ""),
            }
            for p in operation.get("parameters", [])
            if p["in"] == "query"
        ],
        "columns": [
            {"name": name, "kind": _kind(column), "says": column.get("description", "")}
            for name, column in row["properties"].items()
        ],
    }


def _model(schema: Mapping[str, Any], models: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = schema.get("$ref")
    found: Mapping[str, Any] = models[reference.rpartition("/")[2]] if reference else schema
    return found


#: Types of the description, in words.
_KINDS = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}
_FORMATS = {"date": "date", "date-time": "date and time"}


def _kind(schema: Mapping[str, Any]) -> str:
    """The type of a parameter or column, in words."""
    options = schema.get("anyOf", [schema])
    words = []
    for option in options:
        if "enum" in option:
            words.append(", ".join(str(v) for v in option["enum"]))
        elif option.get("format") in _FORMATS:
            words.append(_FORMATS[option["format"]])
        elif option.get("type") in _KINDS:
            words.append(_KINDS[option["type"]])
    empty = any(option.get("type") == "null" for option in options)
    return " or ".join(words) + (", or empty" if empty else "")
