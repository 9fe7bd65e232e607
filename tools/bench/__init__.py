"""Benchmarks: what is measured, each in a file of its own, and the page that tells it."""
