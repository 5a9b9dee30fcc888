"""Paper: batches of sheets, what becomes of each sheet, and keying, once or twice."""
