"""Facts about what is arranged and not yet, or only for hours, in post: placements, plans, bookings."""

from __future__ import annotations

from skillmix.schema.columns import Fact, code, count, date, quantity, text


class Placement(Fact):
    """A block of practice placements of learners with an organisation: one row a block, never a learner."""

    profession = code(
        "Profession that the learners' programme leads to.", allowed="professions", nullable=False
    )
    programme = code("Kind of programme.", allowed="programmes")
    provider = text("The university or college.")
    setting = code("Setting of the work.", allowed="settings")
    team = text("Team or service that takes them, as sent.")
    start_date = date("First day of the block.")
    end_date = date("Last day of the block.")
    weeks = quantity("Weeks of each learner.", "weeks")
    hours = quantity("Hours of each learner in the whole block.", "hours")
    students = count("Learners placed.", "people")
    capacity = count("Learners whom the organisation could take; null where it did not say.", "people")
    status = code("Where the block stands.", allowed="offered|confirmed|completed|cancelled")


class Planned(Fact):
    """A line of an organisation's plan to recruit, as it stood on `as_of`: an intention, not a post.

    Measures of staff, posts and vacancies never count it; a scenario may be begun from it.
    """

    profession = code("National profession or support family.", allowed="professions")
    role = code("The job.", allowed="roles")
    staff_group = code("National staff group.", allowed="staff_groups")
    level = code("Agenda for Change band or its equivalent.", allowed="levels")
    team = text("Team or service, as sent.")
    fte = quantity("FTE to be recruited.", "FTE", nullable=False)
    posts = count("People to be recruited, where the plan says.", "people")
    starts = date("First day of the month in which they are to start.", nullable=False)
    ends = date("Last day of the month in which a post for a time ends.")
    funding = code("Who is to fund it.", allowed="funding_sources")
    certainty = code("How far the decision has come.", allowed="proposed|approved|recruiting")
    cost_annual = quantity("Planned pay cost of a full year, of all its FTE.", "pounds a year")


class Booking(Fact):
    """Hours that a unit asked for beyond its substantive staff on a day, and who worked them.

    One row a booking, or a unit's day. Nobody is named: who worked is not read.
    """

    team = text("Unit or ward, as sent.")
    profession = code("National profession or support family.", allowed="professions")
    role = code("The job.", allowed="roles")
    staff_group = code("National staff group.", allowed="staff_groups")
    level = code("Agenda for Change band or its equivalent.", allowed="levels")
    reason = code("Why the hours were asked for.", allowed="booking_reasons")
    shifts = count("Shifts asked for.", "shifts")
    hours_requested = quantity("Hours asked for.", "hours", nullable=False)
    hours_substantive = quantity("Of these worked by substantive staff as overtime.", "hours")
    hours_bank = quantity("Of these worked by bank staff.", "hours")
    hours_agency = quantity("Of these worked by agency staff.", "hours")
    hours_unfilled = quantity("Of these worked by nobody.", "hours")
