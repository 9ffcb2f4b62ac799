"""Training: made data, a loop that knows no model, calibration, one checkpoint."""
