"""Aldmoor as the messy files that partners really send, damaged by seed, with an answer key apart."""

from __future__ import annotations
