"""What builds and checks the project; runs on a developer's machine, never on AWS."""
