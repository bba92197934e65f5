"""Tests of simulator/encounters."""
