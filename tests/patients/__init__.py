"""Tests of simulator/patients."""
