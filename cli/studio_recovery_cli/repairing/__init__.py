"""What failed, what lies in the failure queue, and what puts things right."""
