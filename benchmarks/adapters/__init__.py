"""Adapters from other people's material, in its original form, to the product: one module per collection.

Each has `TARGETS` and `measure(rows, tools) -> Outcome`. They read what they are given and keep nothing of it.
"""
