"""The report: one page that tells how a deployment stands and what came back, for people without a terminal."""
