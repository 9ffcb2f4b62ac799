"""The checks, one per file. No check imports the package that it checks."""

__all__: list[str] = []  # listed in ``doctor.catalogue``
