"""What the audit records, and how each is called on a page."""

from __future__ import annotations

from typing import Final

#: Word of an action and its words on a page.
ACTIONS: Final[dict[str, str]] = {
    "download": "Downloaded",
    "api": "Read through the API",
    "page_views": "Looked at pages",
    "change": "Changed",
    "sign_in": "Signed in",
    "sign_out": "Signed out",
    "failed_sign_in": "Failed to sign in",
    "anchor": "Found the anchor of the audit gone",
}


def called(action: str) -> str:
    """How an action is called on a page."""
    return ACTIONS.get(action, action.replace("_", " ").capitalize())
