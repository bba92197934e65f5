"""Tests of simulator/understanding."""
