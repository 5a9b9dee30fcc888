"""A survey of several pages: the way through it, its draft, checking and coming back."""
