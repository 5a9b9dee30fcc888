"""Files with a row for each person, for analysts alone: without what says who or when, each download recorded."""
