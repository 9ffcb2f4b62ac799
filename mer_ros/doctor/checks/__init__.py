"""The checks, one a file. None imports the package that it checks."""

__all__: list[str] = []  # entered in ``doctor.catalogue``
