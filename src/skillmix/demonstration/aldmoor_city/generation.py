"""All of Aldmoor as frames: the same seed and size give the same frames."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from skillmix.demonstration.aldmoor_city.answers import answers_of
from skillmix.demonstration.aldmoor_city.facts import assignments, date, movements, organisation_frame
from skillmix.demonstration.aldmoor_city.figures import assumptions
from skillmix.demonstration.aldmoor_city.learners import learners
from skillmix.demonstration.aldmoor_city.ledger import ledger
from skillmix.demonstration.aldmoor_city.organisations import organisations
from skillmix.demonstration.aldmoor_city.planted import overlays
from skillmix.demonstration.aldmoor_city.population import population
from skillmix.demonstration.aldmoor_city.posts import funded, posts, vacancies
from skillmix.demonstration.aldmoor_city.recruitment import absence, recruitment
from skillmix.demonstration.aldmoor_city.years import simulate
from skillmix.errors import InputError

#: The seed of the Aldmoor that documentation and pages speak of.
SEED = 20260630


def city(
    seed: int = SEED, size: float | None = None, progress: Callable[[str], None] | None = None
) -> tuple[dict[str, pl.DataFrame], dict[str, object]]:
    """Generates Aldmoor and its answers.

    Args:
        seed: the same seed gives the same city, row for row.
        size: 1 (and None) for about 25,000 people, less for tests; the population stays.
        progress: called with a short message for each step.

    Returns:
        Frames by canonical table (without ``submission``), and the answers: each planted fact with its
        value, counted in those frames.

    Raises:
        InputError: when the size is not above 0 and at most 4.
    """
    size = 1.0 if size is None else size
    if not 0 < size <= 4:
        raise InputError(f"The size {size} cannot stand.", cure="Give a number above 0 and at most 4.")
    tell = progress or (lambda message: None)
    given, listed = assumptions(), organisations()
    years = simulate(seed, size, given, listed, progress)
    planted = overlays(years, given, seed, size)
    tell("Aldmoor: staff and movements")
    rows = assignments(years, given, seed, planted)
    moved = movements(years, given, seed)
    described = organisation_frame(listed, date(years.snapshots[-1].date))
    tell("Aldmoor: establishment and ledger")
    truth = funded(years, given, seed, rows)
    frames = {
        "organisation": described,
        "assignment": rows,
        "movement": moved,
        "post": posts(truth),
        "vacancy": vacancies(given, seed, rows),
        "ledger": ledger(truth, given, seed, size, rows),
        "recruitment": recruitment(given, seed, moved, described),
        "absence": absence(given, seed, rows),
        "learner": learners(given, seed, size, rows),
        "population": population(given, seed, listed),
    }
    tell("Aldmoor: answers")
    return frames, answers_of(frames, truth, given, seed, size)


def generate(seed: int = SEED, size: float | None = None) -> dict[str, pl.DataFrame]:
    """The frames of Aldmoor by canonical table; arguments and errors as `city`.

    >>> sorted(generate(size=0.01))[:3]
    ['absence', 'assignment', 'learner']
    """
    return city(seed, size)[0]
