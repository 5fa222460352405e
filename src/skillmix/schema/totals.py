"""Facts that come as totals: stock, flow, absence, population, vacancies, the ledger, recruitment."""

from __future__ import annotations

from skillmix.schema.columns import Fact, code, count, date, flag, quantity, text


class Stock(Fact):
    """People, lines and FTE of a slice at a date. People do not add: a headcount stands for its slice alone.

    `grain` names the slice's dimensions, such as ``organisation,role``; dimensions outside it are null.
    Grain ``place`` (with or without more) is the whole sub-ICB and carries its code as organisation.
    """

    grain = code("The dimensions that the row is a total of, in the order of the columns.", nullable=False)
    sector = code("Sector of the organisation.", allowed="sectors")
    setting = code("Setting of the work.", allowed="settings")
    staff_group = code("Staff group.", allowed="staff_groups", hchs="STAFF_GROUP_1_NAME", nwrs="STAFF_GROUP")
    profession = code("National profession or support family.", allowed="professions")
    role = code("The job.", allowed="roles", nwrs="DETAILED_STAFF_ROLE")
    registered = flag("Whether registered professionals.")
    level = code("Agenda for Change band or its equivalent.", allowed="levels")
    age_band = code("Age band, such as 25-34.", allowed="age_bands")
    headcount = count("People; null where people cannot be counted.", "people", hchs="HC")
    lines = count("Lines without a person (contracted services).", "lines")
    fte = quantity("Full-time equivalent of people and lines, of the whole organisation.", "FTE", hchs="FTE")
    fte_people = quantity("Full-time equivalent of people alone.", "FTE")
    share_place = quantity("Share that serves this place.", "share of 1", nullable=False)
    share_basis = code("What the share rests on.", allowed="site|contract|catchment|assumed", nullable=False)
    basis = text("What is counted and what is left out, in words shown beside the figure.")


class Flow(Fact):
    """Joiners, leavers and what they are measured against, of a slice, over a stated time."""

    grain = code("The dimensions that the row is a total of, in the order of the columns.", nullable=False)
    kind = code("What is counted.", allowed="joiners|leavers|start|end", nullable=False)
    starts = date("First day of the time that the flow covers.", nullable=False)
    ends = date("Last day of the time that the flow covers.", nullable=False)
    sector = code("Sector of the organisation.", allowed="sectors")
    staff_group = code("Staff group.", allowed="staff_groups", hchs="STAFF_GROUP_1_NAME")
    profession = code("National profession or support family.", allowed="professions")
    age_band = code("Age band.", allowed="age_bands")
    headcount = count("People.", "people", hchs="HC")
    fte = quantity("Full-time equivalent.", "FTE", hchs="FTE")
    share_place = quantity("Share that serves this place.", "share of 1", nullable=False)
    share_basis = code("What the share rests on.", allowed="site|contract|catchment|assumed", nullable=False)
    basis = text("What is counted and what is left out, in words shown beside the figure.")


class Absence(Fact):
    """Sickness absence of an organisation over a month."""

    staff_group = code("Staff group; null for the whole organisation.", allowed="staff_groups")
    days_lost = quantity("FTE days lost to sickness.", "FTE days")
    days_available = quantity("FTE days available.", "FTE days")


class Population(Fact):
    """People whom the place serves: registered patients or residents, by sex and age."""

    kind = code("Registered patients or residents.", allowed="registered|resident", nullable=False)
    variant = code(
        "Estimate, or the projection's variant.", allowed="estimate|principal|low_migration|high_migration"
    )
    sex = code("Sex; null for both.", allowed="sexes")
    age_from = count("Youngest age in whole years; null for all ages.", "years")
    age_to = count("Oldest age in whole years; null for no upper limit.", "years")
    people = count("People.", "people", nullable=False)


class Vacancy(Fact):
    """Posts without a person, on one stated basis; bases are never added."""

    basis = code(
        "What the vacancy is measured against.",
        allowed="ledger|advertised|asc_posts|arrs_entitlement",
        nullable=False,
    )
    profession = code("National profession or support family.", allowed="professions")
    role = code("The job.", allowed="roles")
    staff_group = code("National staff group.", allowed="staff_groups")
    level = code("Agenda for Change band or its equivalent.", allowed="levels")
    posts = count("Posts vacant.", "posts")
    fte = quantity("Full-time equivalent vacant.", "FTE")


class Ledger(Fact):
    """A line of the finance ledger: what was budgeted, contracted, worked and paid."""

    cost_centre = text("Cost centre, as sent.")
    subjective = text("Subjective code, as sent.")
    staff_kind = code("Substantive, bank or agency.", allowed="substantive|bank|agency", nullable=False)
    profession = code("National profession or support family.", allowed="professions")
    role = code("The job.", allowed="roles")
    staff_group = code("National staff group.", allowed="staff_groups")
    level = code("Agenda for Change band or its equivalent.", allowed="levels")
    fte_budgeted = quantity("Budgeted FTE.", "FTE", signed=True)
    fte_contracted = quantity("Contracted FTE.", "FTE", signed=True)
    fte_paid = quantity("FTE paid or worked.", "FTE", signed=True)
    cost = quantity("Pay cost of the period.", "pounds", signed=True)
    cost_budgeted = quantity("Budgeted pay cost of the period.", "pounds", signed=True)


class Recruitment(Fact):
    """One vacancy's way through a recruitment system."""

    profession = code("National profession or support family.", allowed="professions")
    role = code("The job.", allowed="roles")
    staff_group = code("National staff group.", allowed="staff_groups")
    level = code("Agenda for Change band or its equivalent.", allowed="levels")
    specialty = text("Specialty, as sent.")
    fte = quantity("FTE advertised.", "FTE")
    approved = date("Day on which the vacancy was approved.")
    advertised = date("Day on which it was advertised.")
    closed = date("Day on which the advert closed.")
    offered = date("Day on which the first offer was made.")
    started = date("Day on which the appointee started.")
    applicants = count("Applicants.", "people")
    shortlisted = count("Shortlisted.", "people")
    interviewed = count("Interviewed.", "people")
    appointed = count("Appointed.", "people")
    days_to_hire = count("Days from approval to start.", "days")


class Organisation(Fact):
    """An organisation as a submission described it: practices and networks, trusts, providers."""

    name = text("Name.", nullable=False)
    kind = code("Kind of organisation.", allowed="organisation_kinds", nullable=False)
    sector = code("Sector.", allowed="sectors")
    parent = code("Network of a practice, sub-ICB of a network, ICB of a trust.")
    sub_icb = code("Sub-ICB location.")
    icb = code("Integrated care board.")
    postcode_district = text("First half of the postcode.")
    deprivation = quantity("Index of Multiple Deprivation 2025, score weighted by patients.", "score")
