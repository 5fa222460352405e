"""What codes are called in scenarios and results, and which of them a reader may choose."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from skillmix import reference
from skillmix.disclosure import Reader
from skillmix.measures.dimensions import labels, listed
from skillmix.place import Place
from skillmix.projection import Scenario
from skillmix.projection.lever_words import Names


@cache
def _listed() -> dict[str, Mapping[str, str]]:
    plurals = dict(listed("professions").select("code", "plural").iter_rows())
    roles = dict(reference.table("arrs_roles").select("code", "label").iter_rows())
    groups = dict(reference.table("staff_groups").select("code", "label").iter_rows())
    return {
        "profession": {code: _within(words or code) for code, words in plurals.items()},
        "profession_name": dict(listed("professions").select("code", "label").iter_rows()),
        "sector": dict(labels("sector").select("sector", "sector_name").iter_rows()),
        "staff_group": groups,
        "role": {code: _within(label) for code, label in roles.items()},
        "role_name": roles,
    }


def _within(label: str) -> str:
    """A label within a sentence; an abbreviation stays as it is."""
    return label if label[:2].isupper() else label[:1].lower() + label[1:]


def names(place: Place) -> Names:
    """Names of codes by what they are of, as `lever_words` takes them."""
    return {**_listed(), "organisation": {o.code: o.name for o in place.organisations.values()}}


def choices(place: Place, reader: Reader) -> dict[str, list[tuple[str, str]]]:
    """What a lever may be about, by selector: codes and names, in the order of the names.

    A partner that does not share figures under its name is left out, and so is a sector with one or two such:
    what a lever on it alone changes would be that partner's own figures.
    """
    known = _listed()
    here = sorted({o.sector for o in place.organisations.values() if o.sector != "system"})
    open_to = [o for o in place.organisations.values() if reader.tells("organisation", o.code)]
    return {
        "organisation": sorted(((o.code, o.name) for o in open_to), key=lambda c: c[1]),
        "sector": [(s, known["sector"].get(s, s)) for s in here if reader.tells("sector", s)],
        "profession": sorted(known["profession_name"].items(), key=lambda c: c[1]),
        "staff_group": sorted(known["staff_group"].items(), key=lambda c: c[1]),
    }


def unseen(scenario: Scenario | None, reader: Reader) -> tuple[str, str] | None:
    """The first selector and code of a scenario that a reader may not see by name; None without."""
    for lever in scenario.levers if scenario is not None else ():
        for word, code in lever.where.items():
            if not reader.tells(word, code):
                return word, code
    return None
