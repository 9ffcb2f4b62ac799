"""Families of systems: how each is trained and entered in an evaluation, one record a file."""
