"""Panels of projections, of what scenarios change, of routes and of assumptions."""

from skillmix.web.scenarios.panels import assumed, change, course, moves, routes

__all__ = ["assumed", "change", "course", "moves", "routes"]
