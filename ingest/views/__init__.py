"""The pages of what comes in."""
