"""Weights that bring a sample to known population margins: raking and bounded calibration."""
