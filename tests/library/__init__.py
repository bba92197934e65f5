"""Tests of simulator/library."""
