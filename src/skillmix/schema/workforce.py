"""Facts about people in jobs: assignments, posts, movements, learners."""

from __future__ import annotations

from skillmix.schema.columns import Fact, code, count, date, flag, quantity, text


class Assignment(Fact):
    """One job of one person on `as_of`; a line without `person_key` is a contracted service, not a person."""

    person_key = code(
        "The sender's identifier of the person, hashed twice (`key_id:kind:hash`); `person_link` ties it to "
        "a person. Null: a line without a person.",
        esr="Employee Number, NI Number",
        nwrs="UNIQUE_IDENTIFIER",
        asc_wds="UNIQUEWORKERID, NINUMBER",
    )
    employer = code("The organisation that employs.", allowed="organisation", esr="Employing Org Code")
    workplace = code("The organisation where the work is done.", allowed="organisation", nwrs="PCN_CODE")
    payer = code("The organisation that pays.", allowed="organisation")
    sector = code("Sector of the organisation reported on.", allowed="sectors")
    setting = code("Setting of the work.", allowed="settings")
    team = text("Team, as sent.", esr="Org Unit")
    specialty = text("Specialty or area of work, as sent.", esr="Area of Work")
    share_place = quantity("Share of the job that serves this place.", "share of 1", nullable=False)
    share_basis = code("What the share rests on.", allowed="site|contract|catchment|assumed", nullable=False)
    profession = code("National profession or support family.", allowed="professions")
    role = code(
        "The job.", allowed="roles", esr="Job Role", nwrs="DETAILED_STAFF_ROLE", asc_wds="MAINJOBROLE"
    )
    role_as_sent = text("The job in the sender's own words.", nwrs="DETAILED_STAFF_ROLE", esr="Job Role")
    staff_group = code("National staff group.", allowed="staff_groups", esr="Staff Group", nwrs="STAFF_GROUP")
    registered = flag("Whether the job is done by a registered professional.")
    level = code("Agenda for Change band or its equivalent.", allowed="levels", esr="Pay Grade")
    native_level = text("Grade in the sender's own scale.", esr="Pay Grade")
    fte = quantity("Full-time equivalent of the job.", "FTE", esr="FTE", nwrs="FTE")
    contracted_hours = quantity("Contracted hours a week.", "hours a week", asc_wds="CONTHOURS")
    contract = code(
        "Kind of contract.", allowed="contract_types", esr="Assignment Category", asc_wds="EMPLSTATUS"
    )
    status = code("Assignment status.", allowed="assignment_statuses", esr="Assignment Status")
    funding = code("Who funds the post, where known (ARRS).", allowed="funding_sources")
    stage = code("Learner, newly qualified or established.", allowed="learner|newly_qualified|established")
    start_date = date("First day with this employer.", esr="Latest Start Date", asc_wds="STARTDATE")
    start_in_level = date("First day at this level.", esr="Start Date In Grade")
    birth_year = count("Year of birth.", "year", esr="Date Of Birth", asc_wds="DOB")
    sex = code("Sex.", allowed="sexes", esr="Gender", asc_wds="GENDER")
    ethnicity = code(
        "Ethnic group (Census 2021).", allowed="ethnic_groups", esr="Ethnic Origin", asc_wds="ETHNICITY"
    )
    pay_annual = quantity("Basic pay for a full-time year.", "pounds a year", asc_wds="SALARY")


class Post(Fact):
    """A line of funded establishment with FTE capacity: not a chair (10.0 FTE may be thirteen people)."""

    post_key = code("Number of the position, as sent.", esr="Position Number")
    sector = code("Sector of the organisation.", allowed="sectors")
    setting = code("Setting of the work.", allowed="settings")
    team = text("Team, as sent.")
    cost_centre = text("Cost centre, as sent.")
    profession = code("National profession or support family.", allowed="professions")
    role = code("The job.", allowed="roles")
    staff_group = code("National staff group.", allowed="staff_groups")
    registered = flag("Whether the post needs a registered professional.")
    level = code("Agenda for Change band or its equivalent.", allowed="levels")
    funding = code("Who funds the post, where known.", allowed="funding_sources")
    fte = quantity("Funded establishment.", "FTE", nullable=False, esr="Budgeted FTE")
    share_place = quantity("Share of the post that serves this place.", "share of 1", nullable=False)
    share_basis = code("What the share rests on.", allowed="site|contract|catchment|assumed", nullable=False)
    basis = code(
        "What the establishment rests on; bases are never added.",
        allowed="ledger|esr_establishment|advertised|asc_posts|arrs_entitlement|staff_in_post",
        nullable=False,
    )


class Movement(Fact):
    """One person's joining, leaving or change of job: derived between snapshots, or reported."""

    person_key = code("The person, as in `assignment`.")
    kind = code("What happened.", allowed="joined|left|moved|changed_job|promoted|converted", nullable=False)
    date = date("The day on which it took effect.", nullable=False)
    basis = code("Derived between snapshots, or reported.", allowed="derived|reported", nullable=False)
    from_organisation = code("Where the person came from; null outside the place or unknown.")
    to_organisation = code("Where the person went; null outside the place or unknown.")
    profession = code("National profession or support family.", allowed="professions")
    role = code("The job left or taken up.", allowed="roles")
    staff_group = code("National staff group.", allowed="staff_groups")
    registered = flag("Whether the job is done by a registered professional.")
    level = code("Level before leaving, or on joining.", allowed="levels")
    to_level = code("Level afterwards, for a promotion or conversion.", allowed="levels")
    to_profession = code("Profession afterwards, for a conversion.", allowed="professions")
    fte = quantity("Full-time equivalent that moved.", "FTE")
    age = count("Age in whole years on the day.", "years")
    sex = code("Sex.", allowed="sexes")
    reason = code("Reason for leaving.", allowed="reasons_for_leaving", esr="Leaving Reason")
    destination = code("Destination on leaving.", allowed="destinations_on_leaving")
    tenure_months = count("Whole months with the employer.", "months")


class Learner(Fact):
    """One learner on a programme that leads to a registered or support role."""

    person_key = code("The person, as in `assignment`.")
    programme = code("Kind of programme.", allowed="programmes", nullable=False)
    profession = code("Profession that the programme leads to.", allowed="professions", nullable=False)
    provider = text("The university or college.")
    employer = code("Employer, for an apprentice.", allowed="organisation")
    start_date = date("First day of the programme.")
    expected_end = date("Expected day of qualifying.")
    status = code("Where the learner stands.", allowed="active|interrupted|completed|left")
    sex = code("Sex.", allowed="sexes")
    ethnicity = code("Ethnic group (Census 2021).", allowed="ethnic_groups")
