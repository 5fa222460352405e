"""An organisation's home: where its submissions stand, who works there, posts, leavers, unnamed peers."""

from __future__ import annotations

from skillmix.errors import ScopeError
from skillmix.web.figures.homes.home import Home, Link, Standing, links
from skillmix.web.panels.panel import placed
from skillmix.web.panels.reading import Reading
from skillmix.web.submissions.history import STATES, entries
from skillmix.web.submissions.models import Upload

#: As many submissions are told.
FEW = 3


def own(reading: Reading, asked: str, ability: str = "rows") -> tuple[str, list[Link]]:
    """The organisation that a home is about, and the reader's others.

    Raises:
        ScopeError: when another's is asked for.
    """
    known = reading.place.organisations
    mine = sorted(reading.principal.where(ability) & set(known), key=lambda code: known[code].name)
    # A network stands for its practices.
    mine = [code for code in mine if known[code].parent not in mine]
    if asked and asked not in mine:
        raise ScopeError("This is not your organisation's page.", cure="Open your own home page.")
    code = asked or (mine[0] if mine else "")
    others = [Link(known[c].name, f"/{reading.slug}/?organisation={c}") for c in mine if c != code]
    return code, others


def standing(reading: Reading, code: str) -> list[Standing]:
    """Where the latest submissions of an organisation stand: of the browser first, else of the folder."""
    uploads = Upload.objects.filter(place=reading.slug, organisation=code)
    found = []
    for one in uploads.exclude(state=Upload.State.REPLACED)[:FEW]:
        words, tag = STATES[str(one.state)]
        todo = (
            "" if one.state in (Upload.State.PUBLISHED, Upload.State.WITHDRAWN) else "Cure it and publish it."
        )
        found.append(Standing(one.title, one.as_of, words, tag, todo))
    if found:
        return found
    sent = reading.keep(("standing", code), lambda: entries(reading.place, [], [code], reading.on))
    return [Standing(_words(e.title), e.as_of, e.state, e.tag, e.covered.todo) for e in sent[:FEW]]


def _words(title: str) -> str:
    """The title of a source; the name of one without a title, as words."""
    return title if " " in title else title.replace("_", " ").capitalize()


def home(reading: Reading, asked: str) -> Home:
    """The organisation lead's home."""
    code, others = own(reading, asked)
    if not code:
        return Home(
            title=reading.place.name,
            lead="Your membership names no organisation of this place. Ask a place administrator to mend it.",
        )
    about = reading.place.organisations[code]
    return Home(
        title=about.name,
        panels=[
            placed(reading, "organisation", organisation=code),
            placed(reading, "posts", organisation=code),
            placed(reading, "flows", organisation=code),
            placed(reading, "peers", organisation=code),
            placed(reading, "staff", organisation=code, by="profession"),
            placed(reading, "staff", organisation=code, by="level"),
        ],
        standing=standing(reading, code),
        others=others,
        next=links(
            reading,
            ("Submit data", "submit", "submit"),
            ("Submissions and their history", "submissions", "rows"),
            ("The grid", "grid", "figures"),
        ),
    )
