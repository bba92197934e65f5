"""Tests of simulator/exam."""
