"""How the office writes numbers and dates in English."""
