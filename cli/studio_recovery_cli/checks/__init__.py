"""What `doctor` looks at: each module reads some of AWS and decides, in pure functions, what it finds."""
