"""Skillmix: one workforce, one plan."""

__version__ = "0.1.0"
