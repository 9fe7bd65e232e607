"""What the admin function is asked for: the question before, the request, the answer."""
