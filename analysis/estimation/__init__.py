"""From counts and weights to percentages with intervals, and tests between groups."""
