"""Reading responses, receipts, conflicts and counts."""
