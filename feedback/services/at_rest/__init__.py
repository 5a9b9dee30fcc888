"""What the bytes of the database say: answers rewritten in the order of their random ids, what is deleted wiped."""
