"""The wave beside earlier waves and published figures: what may be compared, and what is said."""
