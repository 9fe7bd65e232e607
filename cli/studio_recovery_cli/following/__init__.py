"""Recoveries under way, until they rest."""
