"""Native Excel charts beside the tables that they draw."""
