"""Panels of who we have; importing this package declares them."""

from skillmix.web.figures.panels import grid

__all__ = ["grid"]
