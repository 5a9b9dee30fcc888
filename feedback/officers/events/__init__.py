"""Events on the officers' pages: made, changed, staffed, printed, summed up."""
