"""Names as people write them: publishers print many in capitals."""

from __future__ import annotations

import re

#: Words that stay in capitals although they could be said; words without a vowel stay so anyway.
CAPITALS = frozenset(
    {"PCN", "GP", "UTC", "APMS", "II", "III", "IV", "VI", "UK", "ICS", "EMAS", "NE", "SE", "SW", "IW"}
)
#: Words that stay small inside a name.
SMALL = frozenset({"and", "of", "the", "in", "on", "at", "for", "with", "upon", "by", "to", "le", "de"})
#: Abbreviations without a vowel that are words all the same.
WORDS = frozenset(
    {"st", "dr", "drs", "mt", "mr", "mrs", "rd", "gt", "ctr", "cntr", "grp", "hlth", "ltd", "ptnrs"}
)


def _word(match: re.Match[str]) -> str:
    found = match.group()
    low = found.lower()
    if found in CAPITALS or any(letter.isdigit() for letter in found):
        return found
    if low in SMALL and match.start() > 0:
        return low
    if not set(low) & set("aeiouy") and low not in WORDS and len(found) > 1:
        return found
    first, apostrophe, rest = low.partition("'")
    # O'Brien, but George's.
    rest = rest.capitalize() if len(first) == 1 else rest
    return first.capitalize() + apostrophe + rest


def readable(name: str) -> str:
    """A name that was published in capitals, as it is written; any other name as it is.

    >>> readable("LSMP AND THE LIGHT PCN"), readable("ST GEORGE'S CTR (BNSSG)")
    ('LSMP and the Light PCN', "St George's Ctr (BNSSG)")
    """
    name = " ".join(name.split())
    return re.sub(r"[A-Z0-9]+(?:'[A-Z]+)?", _word, name) if name == name.upper() else name
