"""What codes are called on pages: professions, kinds of partner, organisations."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from django.conf import settings

from skillmix import reference
from skillmix.disclosure import Released
from skillmix.errors import InputError, Where
from skillmix.measures.dimensions import labels, listed
from skillmix.measures.figures import say_once
from skillmix.place import PlaceOrganisation
from skillmix.web.panels.reading import Reading

#: What a number of posts is reckoned from, in words.
BASES = {
    "ledger": "finance ledger",
    "esr_establishment": "staff record",
    "asc_posts": "social care posts",
    "arrs_entitlement": "additional roles",
    "advertised": "adverts",
}
#: Of two bases, the one that stands for a profession where only one can be shown.
FIRST_BASIS = ("ledger", "esr_establishment", "asc_posts", "arrs_entitlement", "advertised")

#: What the share of an organisation rests on, in words.
SHARE_BASES = {
    "site": "where the work is done",
    "contract": "contracts",
    "catchment": "where its patients live",
    "assumed": "assumed",
}

_SUPPORT = "_support"


def fte() -> str:
    """The word for full-time equivalents, as the installation has it."""
    return str(settings.SKILLMIX.quantity)


@cache
def names(word: str) -> Mapping[str, str]:
    """Label of every code of a word of `measures.dimensions`."""
    return dict(labels(word).iter_rows())


@cache
def plurals() -> Mapping[str, str]:
    """Professions in the plural, by code."""
    return dict(listed("professions").select("code", "plural").iter_rows())


@cache
def kind_plurals() -> Mapping[str, str]:
    """Kinds of organisation in the plural, by code."""
    return dict(listed("organisation_kinds").select("code", "plural").iter_rows())


@cache
def families() -> Mapping[str, str]:
    """Families that the grid can show, by code; a family's support workforce is shown with it."""
    every = dict(reference.table("families").select("code", "label").iter_rows())
    kept = {
        c: n for c, n in every.items() if not (c.endswith(_SUPPORT) and c.removesuffix(_SUPPORT) in every)
    }
    kept.pop("allied_health", None)
    return {"ahp": "Allied health professions", **kept, "all": "Every profession"}


@cache
def family_of() -> Mapping[str, str]:
    """Family of every profession, its support family counted with it; the AHPs are ``ahp``."""
    rows = listed("professions").select("code", "family").iter_rows()
    told = {code: str(family).removesuffix(_SUPPORT) for code, family in rows}
    return {code: "ahp" if family == "allied_health" else family for code, family in told.items()}


@cache
def members(family: str) -> frozenset[str]:
    """Professions of a family as `families` has it; every profession for ``all`` and for nothing."""
    if family in ("", "all"):
        return frozenset(family_of())
    wanted = "ahp" if family == "allied_health" else family
    return frozenset(code for code, of in family_of().items() if of == wanted)


def family_asked(given: str) -> str:
    """A family that an address names.

    Raises:
        InputError: when there is none of that name.
    """
    wanted = "ahp" if given == "allied_health" else given
    if wanted and wanted not in families():
        raise InputError(
            "There is no such family of professions.",
            cure=f"Choose from {', '.join(families())}.",
            where=[Where(column="family", value=given)],
        )
    return wanted


def profession_asked(code: str) -> str:
    """A profession that an address names.

    Raises:
        InputError: when there is none of that code.
    """
    if code not in family_of():
        raise InputError(
            "There is no such profession.",
            cure="Choose one from the list of professions.",
            where=[Where(column="profession", value=code)],
        )
    return code


def organisation_asked(reading: Reading, code: str) -> PlaceOrganisation:
    """An organisation of the place that an address names.

    Raises:
        InputError: when the place has none of that code.
    """
    found: PlaceOrganisation | None = reading.place.organisations.get(code)
    if found is None:
        raise InputError(
            "There is no such organisation in this place.",
            cure="Choose one from the list of organisations.",
            where=[Where(column="organisation", value=code)],
        )
    return found


def is_named(reading: Reading, code: str) -> bool:
    """Whether this reader is shown an organisation's own figures under its name."""
    return reading.reader.level(code) == "named"


def notes_about(name: str, *released: Released) -> tuple[str, ...]:
    """What must be said beside one organisation's figures: not what is said of others."""
    kept = [n for r in released for n in r.notes if name in n or n.startswith("Where no headcount")]
    return say_once(kept)


def lower(words: str) -> str:
    """A label within a sentence; an abbreviation stays as it is.

    >>> lower("Acute trust"), lower("NHS trust")
    ('acute trust', 'NHS trust')
    """
    return words if words[:2].isupper() else words[:1].lower() + words[1:]
