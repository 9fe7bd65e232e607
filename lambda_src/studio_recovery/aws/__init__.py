"""One adapter per AWS service: each turns calls into values of the core, and decides nothing."""
