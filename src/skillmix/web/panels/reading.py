"""A reading: one person looking at one place at one publication number. Every page of figures starts here."""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import cached_property
from typing import Any, TypeVar

from django.utils import timezone

from skillmix.disclosure import Policy, Reader, Released, release
from skillmix.measures import Figures
from skillmix.place import Facts, Place
from skillmix.web.people.access import FIGURES, ROWS, Principal, visible
from skillmix.web.site.served import ServedPlace, Stamp

T = TypeVar("T")

#: As many answers are kept in one process.
_KEPT = 4_000


class Kept:
    """Answers that stay true until the place changes; each is worked out once, whoever asks at once."""

    def __init__(self, size: int = _KEPT) -> None:
        self._answers: OrderedDict[Hashable, Any] = OrderedDict()
        self._busy: dict[Hashable, threading.Lock] = {}
        self._lock = threading.Lock()
        self._size = size

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The answer under a key, made where there is none."""
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
                found: T = self._answers[key]
                return found
            busy = self._busy.setdefault(key, threading.Lock())
        with busy:
            with self._lock:
                if key in self._answers:
                    again: T = self._answers[key]
                    return again
            try:
                made = make()
                with self._lock:
                    self._answers[key] = made
                    while len(self._answers) > self._size:
                        self._answers.popitem(last=False)
            finally:
                with self._lock:
                    self._busy.pop(key, None)
        return made

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._answers.clear()


KEPT = Kept()


class Reading:
    """What one person may read of a place now.

    Args:
        served: the place that is served.
        principal: who looks.

    Attributes:
        principal: who looks.
        slug: the place's word in the address.
        on: today, in the place's time.
    """

    def __init__(self, served: ServedPlace, principal: Principal) -> None:
        self.principal = principal
        self.slug = served.slug
        self.on: dt.date = timezone.localdate()
        self._served = served
        self._place, self.number, self.stamp = served.opened()

    @property
    def place(self) -> Place:
        """The place: its names, organisations and agreements. Its facts are read through `facts`."""
        return self._place

    @cached_property
    def facts(self) -> Facts:
        """The facts that may be added up and released for this person, never shown row by row.

        Raises:
            ScopeError: when the memberships allow no figures.
        """
        scope = visible(self.principal, FIGURES, self.on)
        key = ("facts", self.slug, self.stamp, self.on, scope.own)
        return KEPT.get(key, lambda: self._place.read(scope, at=self.number))

    @cached_property
    def wholly_invented(self) -> bool:
        """Whether everything that is known of the place is invented, not only a part of it."""

        def look() -> bool:
            origins = set(self.facts.submissions.get_column("origin").to_list())
            return bool(origins) and origins <= {"synthetic"}

        return KEPT.get(("invented", self.slug, self.stamp, self.on), look)

    def facts_at(self, number: int) -> Facts:
        """The facts as they stood at an earlier publication number, within the agreements of today.

        Raises:
            ScopeError: when there is no such number, or facts that stood at it have been purged since.
        """
        scope = visible(self.principal, FIGURES, self.on)
        key = ("facts", self.slug, self.stamp, self.on, scope.own, number)
        return KEPT.get(key, lambda: self._place.read(scope, at=number))

    @cached_property
    def rows(self) -> Facts:
        """The rows of this person's own organisations, for pages about what they themselves sent.

        Raises:
            ScopeError: when the memberships allow no rows.
        """
        scope = visible(self.principal, ROWS, self.on)
        key = ("rows", self.slug, self.stamp, self.on, scope.own)
        return KEPT.get(key, lambda: self._place.read(scope, at=self.number))

    @cached_property
    def reader(self) -> Reader:
        """The reader that figures are released for."""
        principal, facts = self.principal, self.facts
        key = ("reader", self.slug, self.stamp, self.on, principal.own, principal.most, principal.professions)
        return KEPT.get(key, lambda: Reader.of(facts, most=principal.most, professions=principal.professions))

    @cached_property
    def key(self) -> tuple[Hashable, ...]:
        """Names what this person is shown: whoever has the same key is shown the same figures."""
        stamp: Stamp = self.stamp
        return (self.slug, stamp, self.on, self.reader.key)

    def release(self, figures: Figures) -> Released:
        """Figures, released for this person: the only door from a measure to a page, a file or the API."""
        return release(figures, Policy.default(), reader=self.reader)

    def keep(self, name: Hashable, make: Callable[[], T]) -> T:
        """An answer that is the same for everybody who is shown the same figures, worked out once."""
        return KEPT.get((self.key, name), make)

    def released(self, name: Hashable, measure: Callable[[Facts], Figures]) -> Released:
        """A measure's figures, released and kept.

        Args:
            name: names the measure and its arguments.
            measure: works the figures out from facts.
        """
        # Every scope of figures reads the same facts: they are added up once for all, and released for each.
        key = ("figures", self.slug, self.stamp, self.on, name)
        return self.keep(("released", name), lambda: self.release(KEPT.get(key, lambda: measure(self.facts))))
