"""The nearest of some words, where one is near enough to be meant."""

from __future__ import annotations

from collections.abc import Iterable

#: How alike, of 100, a word must be to be suggested. Below it a suggestion would lead astray: 'Zookeeper' is
#: 45 of 'Social Worker', 'Paramedik' 89 of 'Paramedic'.
ALIKE = 75


def _likeness(word: str, listed: str) -> tuple[float, float]:
    """How well a listed word is found in the one that was sent, and how alike the two are as wholes."""
    from rapidfuzz import fuzz

    sent, parts = word.casefold().split(), listed.casefold().split()
    length = sum(len(part) for part in parts)
    if not sent or not length:
        return 0.0, 0.0
    # Each part of the listed word counts by its length, as well as any part that was sent resembles it.
    found = sum(len(part) * max(fuzz.ratio(part, other) for other in sent) for part in parts) / length
    whole = fuzz.token_sort_ratio(word.casefold(), listed.casefold())
    return max(found, whole), whole


def nearest(word: str, listed: Iterable[str]) -> str | None:
    """The listed word that is most like a word, or None where none is near enough.

    >>> words = ["Physiotherapist", "Other", "Social Worker"]
    >>> nearest("Physiotherapst Practitioner", words), nearest("Zookeeper", words)
    ('Physiotherapist', None)
    """
    likenesses = [(_likeness(word, one), one) for one in dict.fromkeys(listed)]
    best = max(likenesses, key=lambda pair: pair[0], default=None)
    return best[1] if best is not None and best[0][0] >= ALIKE else None
