"""Panels and their downloads."""
