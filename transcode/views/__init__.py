"""The pages and bytes of this house."""
