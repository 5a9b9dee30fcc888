"""Officers' tablets: their passes, what they send, what is quarantined, and signing off."""
