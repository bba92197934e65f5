"""Tests of simulator/vocabulary."""
