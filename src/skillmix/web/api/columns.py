"""The rows of every operation, column by column: what the description tells and what the tests hold it to."""

from __future__ import annotations

import datetime as dt

from ninja import Schema
from pydantic import ConfigDict, Field

_WORD = "Code of the slice; there when it was asked for."


class Row(Schema):
    """A row: nothing in it but its declared columns."""

    model_config = ConfigDict(extra="forbid")


class Released(Row):
    """What a row of figures may carry besides its figures."""

    suppressed: str | None = Field(None, description="Which cells of the row are not shown, and why.")
    invented: str | None = Field(None, description="'Invented' or 'Invented in part'; null where nothing is.")


class Slice(Released):
    """The words that make a slice: those that were asked for."""

    organisation: str | None = Field(None, description=_WORD)
    organisation_name: str | None = Field(None, description="Name; there with organisation.")
    sector: str | None = Field(None, description=_WORD)
    partner: str | None = Field(None, description=_WORD)
    kind: str | None = Field(None, description=_WORD)
    staff_group: str | None = Field(None, description=_WORD)
    profession: str | None = Field(None, description=_WORD)
    ahp: str | None = Field(None, description=_WORD)
    role: str | None = Field(None, description=_WORD)
    level: str | None = Field(None, description=_WORD)
    registered: bool | None = Field(None, description="Registered professionals; there when asked for.")
    setting: str | None = Field(None, description=_WORD)


class OverviewRow(Slice):
    """Staff in post of a slice."""

    employer: str | None = Field(None, description=_WORD)
    workplace: str | None = Field(None, description=_WORD)
    payer: str | None = Field(None, description=_WORD)
    headcount: int | None = Field(description="People; null where they cannot be counted.")
    lines: int | None = Field(description="Jobs without a person, such as contracted services.")
    fte: float | None = Field(description="Full-time equivalent of the whole organisation.")
    fte_place: float | None = Field(description="Full-time equivalent that serves this place.")
    patients: int | None = Field(description="Registered patients, where the slice has some.")
    origin: str | None = Field(description="published, sent, synthetic or mixed.")
    basis: str | None = Field(description="What is counted.")
    oldest_as_of: dt.date | None
    newest_as_of: dt.date | None
    fte_per_10000: float | None = Field(None, description="There with per_10000.")
    denominator: int | None = Field(None, description="There with per_10000.")
    denominator_basis: str | None = Field(None, description="There with per_10000.")


class GridRow(Released):
    """One profession in one partner."""

    profession: str
    profession_name: str
    registered: bool | None
    ahp: str | None
    supports: str | None = Field(description="Professions that a support family leads to, parted by ';'.")
    partner: str | None
    partner_name: str | None
    organisation: str | None = Field(None, description="There with by_organisation.")
    organisation_name: str | None = Field(None, description="There with by_organisation.")
    headcount: int | None
    lines: int | None
    fte: float | None
    fte_place: float | None
    present: bool | None = Field(description="Whether anybody is there; null where it is not known.")
    origin: str | None


class TurnoverRow(Slice):
    """Joiners and leavers of a slice over twelve months."""

    starts: dt.date | None
    ends: dt.date | None
    start: int | None = Field(description="People at the start.")
    joiners: int | None
    leavers: int | None
    end: int | None = Field(description="People at the end.")
    other_changes: int | None
    gone: int | None = Field(description="People of the start who are not there at the end.")
    joiner_rate: float | None = Field(description="Share of 1.")
    leaver_rate: float | None = Field(description="Share of 1.")
    stability: float | None = Field(description="Share of 1.")
    refused: str | None = Field(description="Why there is no rate.")
    origin: str | None
    basis: str | None


class VacancyRow(Slice):
    """Vacancies of a slice on one basis."""

    basis: str | None = Field(description="What posts are known from; bases are never added.")
    unit: str | None = Field(description="FTE, or posts.")
    establishment: float | None
    staff_in_post: float | None
    vacancy: float | None = Field(description="Negative: over establishment.")
    rate: float | None = Field(description="Share of 1.")
    refused: str | None = Field(description="Why there is no rate.")
    origin: str | None
    oldest_as_of: dt.date | None
    newest_as_of: dt.date | None


class CoverageRow(Row):
    """What is known of one kind of partner."""

    partner: str | None
    partner_name: str | None
    kind: str | None
    kind_name: str | None
    organisations: int | None = Field(description="Organisations of that kind in the place.")
    topic: str | None
    topic_name: str | None
    known: int | None = Field(description="Organisations of which it is known.")
    invented: int | None = Field(description="Of these, known by invented rows alone.")
    oldest_as_of: dt.date | None
    newest_as_of: dt.date | None
    months_old: int | None
    sources: str | None
    missing: str | None = Field(description="What is missing and how to get it.")


class PlaceRow(Row):
    """A place that the token opens."""

    place: str = Field(description="The place's word in addresses.")
    name: str
    code: str
    kind: str = Field(description="own, published or demonstration.")
    publication: int
    roles: str = Field(description="Roles that the owner of the token holds there.")
    abilities: str = Field(description="What the token may do there.")


class OrganisationRow(Row):
    """A partner of the place."""

    organisation: str
    organisation_name: str
    sector: str
    kind: str
    parent: str | None
    share_place: float = Field(description="Share of it that serves this place.")
    share_basis: str
    share_confidence: str
    own: bool = Field(description="Whether the token's owner is a member for it.")


class AssumptionRow(Row):
    """A figure that projections rest on."""

    name: str
    value: float
    low: float
    high: float
    unit: str
    source: str
    date: dt.date
    confidence: str = Field(description="published, local or assumed.")
    note: str


class ScenarioRow(Row):
    """A scenario of the place."""

    scenario: str = Field(description="Its name in addresses and commands.")
    name: str
    description: str
    levers: int
    has_plan: bool = Field(description="Whether it holds a recruitment plan for primary care.")
    hash: str


class RunRow(Row):
    """A projection that was run."""

    run: str = Field(description="Its id in addresses.")
    scenario: str
    publication: int
    starts: dt.date
    years: int
    runs: int
    seed: int
    readable: bool = Field(description="Whether the facts behind it may still be read.")
    invented: str | None = None


class ProjectionRow(Released):
    """A projected figure with its range."""

    by: str
    organisation: str | None
    organisation_name: str | None = None
    profession: str | None
    sector: str | None
    month: int = Field(description="Months after the start.")
    date: dt.date
    measure: str = Field(description="jobs, fte or fte_place.")
    exact: bool
    years: int | None = Field(None, description="Financial years ended; there in the summary.")
    expected: float | None
    mean: float | None
    p5: float | None
    p10: float | None
    p25: float | None
    p50: float | None
    p75: float | None
    p90: float | None
    p95: float | None


class FlowRow(Released):
    """A projected flow of people in a month, as a mean over the runs."""

    by: str
    organisation: str | None
    profession: str | None
    sector: str | None
    month: int
    date: dt.date
    flow: str = Field(description="joined, left, retired, moved_in or moved_out.")
    mean: float | None


class SubmissionRow(Row):
    """A submission about one of the token owner's own organisations."""

    submission: str
    organisation: str
    source: str | None
    edition: str | None
    first_period: str | None
    last_period: str | None
    publication: int = Field(description="Publication that it is shown by.")
    as_of: dt.date | None
    received: dt.datetime | None
    origin: str | None
    rows_read: int | None
    rows_loaded: int | None
    rows_set_aside: int | None
    readable: bool = Field(description="Whether its sharing agreement lets it count in figures now.")
