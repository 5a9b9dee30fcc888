"""From a study to everything that a report says about it."""
