"""The national patterns that the fill follows, read from `reference/` once."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import polars as pl

from skillmix import reference
from skillmix.errors import ReferenceListError


@dataclass(frozen=True, slots=True)
class Job:
    """A role as the fill needs it."""

    role: str
    profession: str
    family: str
    registered: bool
    staff_group: str | None
    level: str
    stage: str


@dataclass(frozen=True, slots=True)
class AgeBand:
    """An age band with both ends."""

    code: str
    youngest: int
    oldest: int


@dataclass(frozen=True)
class Shapes:
    """Patterns by kind of organisation, staff group, profession and family; none by organisation.

    Attributes:
        jobs: every role by its code.
        roles: share of roles by (kind of organisation, staff group).
        levels: share of levels by role, profession, staff group or family.
        ranks: order of levels.
        women: share of women by role, profession, staff group or family.
        ages: share of age bands by staff group.
        aged_55_over: share aged 55 and over by profession, where published.
        bands: age bands in order.
        tenure: share of months with the employer by ``nhs`` or ``asc``.
        part_time: pattern of part-time jobs.
        settings: share of settings by kind of organisation.
        parameters: single figures.
    """

    jobs: dict[str, Job]
    roles: dict[tuple[str, str | None], dict[str, float]]
    levels: dict[str, dict[str, float]]
    ranks: dict[str, int]
    women: dict[str, float]
    ages: dict[str, dict[str, float]]
    aged_55_over: dict[str, float]
    bands: list[AgeBand]
    tenure: dict[str, dict[tuple[int, int], float]]
    part_time: dict[float, float]
    settings: dict[str, dict[str, float]]
    parameters: dict[str, float] = field(repr=False)

    def roles_of(self, kind: str, staff_group: str | None) -> dict[str, float]:
        """Share of roles in a staff group of a kind of organisation.

        Raises:
            ReferenceListError: when the lists have none.
        """
        try:
            return self.roles[kind, staff_group]
        except KeyError:
            raise ReferenceListError(
                f"No jobs are known for the staff group {staff_group!r} of a {kind}.",
                cure="Add them to fill_roles.csv.",
            ) from None

    def levels_of(self, job: Job, staff_group: str | None) -> dict[str, float]:
        """Share of levels of a job: by role, profession, staff group, family, else the role's own level."""
        for of in (job.role, job.profession, staff_group, job.family):
            if of in self.levels:
                return self.levels[of]
        return {job.level: 1.0}

    def women_of(self, job: Job, staff_group: str | None) -> float:
        """Share of women in a job, looked up as the levels are."""
        for of in (job.role, job.profession, staff_group, job.family):
            if of in self.women:
                return self.women[of]
        return self.women["all"]

    def ages_of(self, job: Job, staff_group: str | None) -> dict[str, float]:
        """Share of age bands of a job: the staff group's, with the profession's own 55 and over if known."""
        ages = self.ages[staff_group or job.staff_group or "all"]
        older = self.aged_55_over.get(job.profession)
        if older is None:
            return ages
        late = {b.code for b in self.bands if b.youngest >= 55}
        before = sum(s for b, s in ages.items() if b in late)
        return {b: s * (older / before if b in late else (1 - older) / (1 - before)) for b, s in ages.items()}


def _shares(name: str, of: list[str], what: list[str]) -> dict[object, dict[object, float]]:
    """A list of shares as nested dictionaries, in the list's order, each adding up to one."""
    found: dict[object, dict[object, float]] = {}
    for row in reference.table(name).select(*of, *what, "share").iter_rows():
        outer: object = row[: len(of)] if len(of) > 1 else row[0]
        inner: object = row[len(of) : -1] if len(what) > 1 else row[len(of)]
        found.setdefault(outer, {})[inner] = row[-1]
    for key, shares in found.items():
        if abs(sum(shares.values()) - 1) > 1e-9:
            raise ReferenceListError(
                f"The shares of {key} in {name} add up to {sum(shares.values()):.6f}.", cure="Make them 1."
            )
    return found


def _published_ages() -> dict[str, dict[str, float]]:
    """Share of age bands by staff group from the published stock by age."""
    labels = dict(reference.table("age_bands").select("published_label", "code").iter_rows())
    stock = reference.published("hchs_rates_by_age").filter(
        (pl.col("measure") == "hc") & (pl.col("grade") == "All grades")
    )
    ages: dict[str, dict[str, float]] = {}
    for group, source in (
        reference.table("fill_age_sources").select("staff_group", "published_group").iter_rows()
    ):
        rows = dict(stock.filter(pl.col("group") == source).select("age_band", "stock_sep_2025").iter_rows())
        people = {code: rows[label] for label, code in labels.items() if label in rows}
        if len(people) != len(labels):
            raise ReferenceListError(
                f"The published ages of {source!r} lack a band.", cure="See fill_age_sources.csv."
            )
        ages[group] = {band: count / sum(people.values()) for band, count in people.items()}
    return ages


def _jobs() -> dict[str, Job]:
    groups = dict(
        reference.table("role_mapping")
        .filter(pl.col("scheme") == "asc_wds")
        .select("role", "staff_group")
        .iter_rows()
    )
    families = dict(reference.table("professions").select("code", "family").iter_rows())
    return {
        row["code"]: Job(
            role=row["code"],
            profession=row["profession"],
            family=families[row["profession"]],
            registered=row["registered"],
            staff_group=groups.get(row["code"]),
            level=row["level_low"],
            stage=row["stage"],
        )
        for row in reference.table("roles").drop_nulls("profession").iter_rows(named=True)
    }


@lru_cache(maxsize=1)
def shapes() -> Shapes:
    """The patterns of the package's reference lists."""
    oldest = int(reference.value("fill_parameters", code="oldest").value)
    bands = [
        AgeBand(code, low, oldest if high is None else high)
        for code, low, high in reference.table("age_bands").select("code", "age_from", "age_to").iter_rows()
    ]
    ranks = {code: rank or 99 for code, rank in reference.table("levels").select("code", "rank").iter_rows()}
    ages = _published_ages() | _shares("fill_ages", ["of"], ["age_band"])
    return Shapes(
        jobs=_jobs(),
        roles=_shares("fill_roles", ["kind", "staff_group"], ["role"]),  # type: ignore[arg-type]
        levels=_shares("fill_levels", ["of"], ["level"]),  # type: ignore[arg-type]
        ranks=ranks,
        women=dict(reference.table("fill_sexes").select("of", "value").iter_rows()),
        ages=ages,  # type: ignore[arg-type]
        aged_55_over=dict(
            reference.table("ahp_shares").select("profession", "aged_55_over").drop_nulls().iter_rows()
        ),
        bands=bands,
        tenure=_shares("fill_tenure", ["of"], ["months_from", "months_below"]),  # type: ignore[arg-type]
        part_time={
            float(fte): float(share)
            for fte, share in reference.table("fill_working_time").select("fte", "share").iter_rows()
        },
        settings=_shares("fill_settings", ["kind"], ["setting"]),  # type: ignore[arg-type]
        parameters=dict(reference.table("fill_parameters").select("code", "value").iter_rows()),
    )
