"""What organisations say of figures about them."""

from __future__ import annotations

from typing import ClassVar

from auditlog.registry import auditlog
from django.db import models
from django.utils import timezone

from skillmix.web.people.models import User

#: As long may a comment be: a few sentences, not a report.
LONGEST = 1_000


class Comment(models.Model):
    """An organisation's comment on a panel, signed; it may say that the figure is wrong."""

    class Kind(models.TextChoices):
        """What it is."""

        COMMENT = "comment", "Comment"
        CONTEST = "contest", "Contested"

    place = models.CharField("place", max_length=60)
    organisation = models.CharField("organisation", max_length=20)
    panel = models.CharField("panel", max_length=60)
    #: The panel's parameters as an address has them, in the order of their names.
    parameters = models.CharField("parameters", max_length=300, blank=True)
    kind = models.CharField("kind", max_length=10, choices=Kind.choices, default=Kind.COMMENT)
    text = models.CharField("text", max_length=LONGEST)
    author = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    #: The author's name as it was shown then: it stays when the account goes.
    signed = models.CharField("signed", max_length=160)
    made = models.DateTimeField("made", default=timezone.now)
    withdrawn = models.DateTimeField("withdrawn", null=True, blank=True)

    class Meta:
        """The oldest first, as a conversation is read."""

        ordering: ClassVar = ["made", "pk"]
        indexes: ClassVar = [models.Index(fields=["place", "panel"], name="comments_of_panel")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.organisation} on {self.panel}"


auditlog.register(Comment, exclude_fields=["text"])
