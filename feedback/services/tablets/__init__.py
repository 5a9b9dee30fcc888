"""Tablets: what they send, and what becomes of it."""
