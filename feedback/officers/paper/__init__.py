"""Paper on the officers' pages: the register, printing, keying and settling."""
