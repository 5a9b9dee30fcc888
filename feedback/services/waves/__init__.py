"""Waves: made, extended, closed, frozen, deleted."""
