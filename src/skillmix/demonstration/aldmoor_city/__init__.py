"""Aldmoor, an invented city: five kinds of partner, twelve networks, about 25,000 staff, and its answers."""

from __future__ import annotations
