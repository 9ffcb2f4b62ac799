"""Data: one file per data set, and ``synthetic`` for made faces."""
