"""Background work of this house."""
