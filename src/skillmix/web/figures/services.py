"""What is written on pages of figures: comments, made and withdrawn."""

from __future__ import annotations

from urllib.parse import urlencode

from django.db import transaction
from django.http import Http404
from django.utils import timezone

from skillmix.errors import RefusedError, ScopeError
from skillmix.web.figures.models import Comment
from skillmix.web.panels.panel import Parameters, Placed
from skillmix.web.panels.reading import Reading
from skillmix.web.people.models import User

#: An organisation has so many standing comments on one panel at most: more is a conversation for elsewhere.
MOST = 20


def written(parameters: Parameters) -> str:
    """A panel's parameters as a comment keeps them."""
    return urlencode({k: v for k, v in sorted(parameters.items()) if v and k != "run"})


def may_speak(reading: Reading, placed: Placed) -> frozenset[str]:
    """The reader's organisations that may comment on a panel: the one that it is about, or all of theirs."""
    own = reading.principal.where("comment") & set(reading.place.organisations)
    subject = placed.panel.subject
    return own & {subject} if subject else own


def comment(
    reading: Reading, placed: Placed, user: User, *, organisation: str, kind: str, text: str
) -> Comment:
    """Say something of a figure, for an organisation that it is about.

    Raises:
        ScopeError: when the reader does not speak for that organisation, or the figure is about another.
        RefusedError: when it has said enough of this figure.
    """
    if organisation not in may_speak(reading, placed):
        raise ScopeError(
            "You may comment only for an organisation of your own, on figures about it.",
            cure="Choose your own organisation.",
        )
    parameters = written(placed.parameters)
    with transaction.atomic():
        standing = Comment.objects.filter(
            place=reading.slug,
            panel=placed.name,
            parameters=parameters,
            organisation=organisation,
            withdrawn__isnull=True,
        )
        if standing.count() >= MOST:
            raise RefusedError(
                f"There are {MOST} comments of this organisation on this figure.",
                cure="Withdraw one that no longer holds.",
            )
        return Comment.objects.create(
            place=reading.slug,
            organisation=organisation,
            panel=placed.name,
            parameters=parameters,
            kind=kind,
            text=text,
            author=user,
            signed=str(user),
        )


def withdraw(reading: Reading, number: int) -> Comment:
    """Withdraw a comment of an organisation of the reader's own; it is no longer shown.

    Raises:
        Http404: when there is none that the reader may withdraw.
    """
    own = sorted(reading.principal.where("comment"))
    with transaction.atomic():
        found = Comment.objects.filter(
            pk=number, place=reading.slug, organisation__in=own, withdrawn__isnull=True
        ).first()
        if found is None:
            raise Http404("There is no such comment of yours.")
        found.withdrawn = timezone.now()
        found.save(update_fields=["withdrawn"])
    return found
