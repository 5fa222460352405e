"""The help pages of a place, in the order in which they are listed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HelpPage:
    """A help page.

    Attributes:
        name: name of its address.
        title: the question that it answers.
        says: what is on it, in a sentence.
    """

    name: str
    title: str
    says: str


PAGES = (
    HelpPage(
        "help_definitions",
        "What does each figure mean?",
        "Every measure: what is counted, what it is divided by, and when no figure is given.",
    ),
    HelpPage(
        "help_methods",
        "How are figures worked out?",
        "How staff are counted and how the years ahead are projected, in short.",
    ),
    HelpPage(
        "help_sources",
        "Where do the figures come from?",
        "The sources behind this place, how old they are, and what is invented.",
    ),
    HelpPage(
        "help_sharing",
        "What is shared with whom?",
        "Sharing agreements in plain words, and from how many people a figure is shown.",
    ),
    HelpPage("help_roles", "What may each role see?", "Every role, whom it is for and what it may do."),
    HelpPage(
        "help_moving",
        "What does sharing and rotating mean for staff?",
        "Pay, indemnity, leave and line manager, on one page that you can hand on.",
    ),
    HelpPage("help_excel", "How do I connect Excel or Power BI?", "Step by step, with a token of your own."),
    HelpPage("help_api", "What does the API give?", "Every address with its parameters and columns."),
)
