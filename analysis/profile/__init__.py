"""Who answered beside who lives here."""
