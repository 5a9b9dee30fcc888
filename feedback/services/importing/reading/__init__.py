"""Tables out of files of any program: where the header is, and the rows under it as texts."""
