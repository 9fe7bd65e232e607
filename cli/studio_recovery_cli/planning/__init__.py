"""What would be copied, how long and for how much money."""
