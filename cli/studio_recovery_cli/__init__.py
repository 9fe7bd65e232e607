"""The admin's command line of studio-recovery: looks at a deployment, and asks it for what an admin may ask for."""
