"""A long day in the field, made as bad as it can be, and every answer accounted for at the end."""
