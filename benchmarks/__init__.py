"""Measurements of speed, scale and safety; each prints a table and writes benchmarks/results/NAME.json."""
