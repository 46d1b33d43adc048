"""The search engines: each behind the contract in base."""
