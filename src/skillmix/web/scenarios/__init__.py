"""Scenarios, runs and assumptions."""
