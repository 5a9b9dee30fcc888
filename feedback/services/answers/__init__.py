"""One person's answers: checked, stored once, kept unfinished, proved by a receipt, withdrawn."""
