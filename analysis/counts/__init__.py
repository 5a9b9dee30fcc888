"""From answers to integer counts by weighting cell, group and indicator: all that figures are made from."""
