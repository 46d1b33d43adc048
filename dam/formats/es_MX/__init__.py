"""How Mexico writes numbers and dates."""
