"""Files in the forms that partners' systems send, invented, small: one sound row of each source."""

from __future__ import annotations

import csv
import datetime as dt
import io

from skillmix.intake.sent import Sent

AS_OF = dt.date(2026, 6, 30)

#: A sound row of each source, by the headings that a system gives.
SOUND: dict[str, dict[str, str]] = {
    "recruitment": {
        "Vacancy Ref": "V000001",
        "Job Title": "Physiotherapist",
        "Staff Group": "Allied Health Professionals",
        "Band": "AfC 6",
        "WTE": "1.00",
        "Approved Date": "01/02/2026",
        "Advert Date": "10/02/2026",
        "Closing Date": "24/02/2026",
        "Offer Date": "10/03/2026",
        "Start Date": "02/05/2026",
        "Applications": "12",
        "Shortlisted": "5",
        "Interviewed": "4",
        "Appointed": "1",
        "Time To Hire (days)": "90",
    },
    "learners": {
        "Student ID": "S000001",
        "Surname": "Surname00001",
        "Course": "Degree apprenticeship: Podiatrist",
        "Start": "15/09/2024",
        "Expected End": "15/03/2028",
        "Status": "Active",
        "Sponsoring Employer": "ALD-01 (trust)",
        "Sex": "Female",
    },
    "placements": {
        "Profession": "Physiotherapy",
        "Programme": "BSc (Hons)",
        "University": "A university",
        "Team": "Community therapy",
        "Placement Start": "12/01/2026",
        "Placement End": "20/02/2026",
        "Weeks": "6",
        "Hours": "200",
        "Students": "4",
        "Capacity": "5",
        "Status": "Confirmed",
    },
    "planned_recruitment": {
        "Planned Role": "Physiotherapist",
        "Staff Group": "Allied Health Professionals",
        "Band": "Band 7",
        "Team": "First contact",
        "Planned FTE": "1.50",
        "Planned Headcount": "2",
        "Start Month": "September 2026",
        "Planned End": "31/03/2028",
        "Funding Source": "ARRS",
        "Certainty": "Approved",
        "Annual Cost": "£90000",
    },
    "bank_bookings": {
        "Booking Reference": "B1",
        "Shift Date": "05/06/2026",
        "Unit": "Ward 1",
        "Staff Group": "Nursing and Midwifery Registered",
        "Job Role": "Staff Nurse",
        "Band": "5",
        "Booking Reason": "Sickness",
        "Shifts": "2",
        "Hours Requested": "23",
        "Overtime Hours": "0",
        "Bank Hours": "11.5",
        "Agency Hours": "0",
        "Unfilled Hours": "11.5",
    },
    "absence": {
        "Month": "Jun-26",
        "Staff Group": "Allied Health Professionals",
        "FTE Days Lost": "30",
        "FTE Days Available": "600",
        "Absence %": "5.0%",
    },
    "provider_workforce_return": {
        "Month": "30/06/2026",
        "Staff Group": "Allied health professionals",
        "Establishment WTE": "100",
        "Substantive WTE": "90",
        "Headcount": "100",
        "Bank WTE": "2",
        "Agency WTE": "1",
        "Vacancies WTE": "10",
        "Sickness FTE Days Lost": "135",
        "FTE Days Available": "2700",
        "Sickness %": "5.0",
    },
    "one_page_return": {
        "How many people do you employ?": "80",
        "How many full-time equivalents is that?": "61.5",
        "Of these, registered professionals": "30",
        "Of these, care and support workers and everybody else": "31.5",
        "Posts that are vacant": "4",
        "People who joined in the last 12 months": "12",
        "People who left in the last 12 months": "9",
        "Apprentices in care or health care support": "2",
        "Working days lost to sickness": "41.5",
        "Spent on agency staff": "3200",
    },
}


def sound(source: str, **changes: str) -> dict[str, str]:
    """A sound row with some cells changed; a heading's spaces are written ``_``."""
    headings = {h.replace(" ", "_"): h for h in SOUND[source]}
    return SOUND[source] | {headings[key]: value for key, value in changes.items()}


def sent(*rows: dict[str, str], name: str = "sent.csv") -> Sent:
    """A CSV of rows."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return Sent(name, out.getvalue().encode())
