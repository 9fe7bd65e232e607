"""The Lambda functions: each reads its environment and its event, and hands the work to the core and the adapters."""
