"""`python -m studio_recovery_cli`."""

from studio_recovery_cli.main import main

if __name__ == "__main__":
    main()
