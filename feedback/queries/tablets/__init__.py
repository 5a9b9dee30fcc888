"""Reading tablets, their counts, and quarantined forms."""
