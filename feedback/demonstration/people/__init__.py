"""Invented people: who they are, what they tend to answer, and when."""
