"""Facts for tests of measures, from rows written in the test."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest
from measures_facts import FakeFacts, Row


@pytest.fixture
def facts() -> Callable[..., FakeFacts]:
    def build(
        partners: Iterable[tuple[str, str]] | Iterable[Row],
        *,
        areas: tuple[str, ...] = (),
        **tables: list[Row],
    ) -> FakeFacts:
        named = [
            p
            if isinstance(p, dict)
            else {"organisation": p[0], "organisation_name": p[0].title(), "kind": p[1]}
            for p in partners
        ]
        return FakeFacts(tables, named, areas)

    return build
