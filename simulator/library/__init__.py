"""Reads and checks the authored stations."""
