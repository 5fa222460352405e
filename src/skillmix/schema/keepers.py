"""The keepers: what was submitted, what is published, who is who. They tie the facts together."""

from __future__ import annotations

import dataframely as dy

from skillmix.schema.columns import code, count, date, moment, text


class Submission(dy.Schema):
    """One file, or one table of figures, that was taken in."""

    submission = code("Identifier of the submission.", key=True)
    source = code("Kind of source, the name of its field map.", nullable=False)
    edition = code("Release of the source, as YYYY-MM-DD: a later edition wins over an earlier one.")
    file_name = text("Name of the file as sent.")
    sha256 = code("Hash of what was sent; names the copy in `incoming/`.", nullable=False)
    received = moment("When it was received.", nullable=False)
    as_of = date("The date the content is true for.")
    origin = code("Published, sent or synthetic.", allowed="published|sent|synthetic", nullable=False)
    rows_read = count("Rows in what was sent.", "rows", nullable=False)
    rows_loaded = count("Rows that became facts.", "rows", nullable=False)
    rows_set_aside = count("Rows kept aside, each with rule, reason and cure.", "rows", nullable=False)
    rows_outside = count("Rows about organisations outside this place.", "rows", nullable=False)
    agreement = code("Sharing agreement it was sent under; null where none is recorded.")
    key = code("The job that stored it, where a job did: whatever runs twice is stored once.")


class Publication(dy.Schema):
    """The record that makes a submission visible, or withdraws it. One number pins the whole place."""

    number = count("Number of the publication; one commit has one number.", "number", key=True)
    submission = code("The submission published or withdrawn.", key=True)
    organisation = code("Organisation reported on.", key=True)
    period = code("Month reported on, as YYYY-MM.", key=True)
    source = code("Kind of source.", nullable=False)
    edition = code("Release of the source.")
    action = code("Published or withdrawn.", allowed="publish|withdraw", nullable=False)
    supersedes = code("The submission that it took the place of, where there was one.")
    at = moment("When.", nullable=False)
    by = text("By whom: an account, or the folder's controller.", nullable=False)
    key = code("The job that it was done for, where a job did it: whatever runs twice takes effect once.")


class SubmissionAgreement(dy.Schema):
    """An agreement that was recorded for a submission after it had been sent; the latest counts."""

    number = count("Number of the record.", "number", key=True)
    submission = code("The submission.", key=True)
    agreement = code("The sharing agreement that covers it from now on.", nullable=False)
    at = moment("When.", nullable=False)
    by = text("By whom: an account, or the folder's controller.", nullable=False)


class Purge(dy.Schema):
    """The record that facts were removed for good. It holds no fact."""

    purge = code("Identifier of the purge.", key=True)
    submission = code("The submission whose facts are gone.", key=True)
    organisation = code("Organisation reported on.", key=True)
    period = code("Month reported on, as YYYY-MM.", key=True)
    number = count("Publication number from which they are gone; where they stood before it, it is refused.",
                   "number", nullable=False)  # fmt: skip
    reason = code("Why.", allowed="expired|retention|withdrawn|abandoned", nullable=False)
    rows = count("Rows removed.", "rows", nullable=False)
    at = moment("When.", nullable=False)
    by = text("By whom: an account, or the folder's controller.", nullable=False)


class PersonLink(dy.Schema):
    """A hashed identifier and the person it belongs to, versioned. Relinking rewrites no fact."""

    version = count("Version of the linkage; readers use the latest.", "number", key=True)
    person_key = code("Hashed identifier, `key_id:kind:hash`.", key=True)
    person = code("Random identifier of the person.", nullable=False)
    kind = code("Kind of identifier.", nullable=False)
    key_id = code("Which key hashed it.", nullable=False)
