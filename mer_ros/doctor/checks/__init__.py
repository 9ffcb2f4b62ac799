"""The checks, one a file. None imports the package that it checks."""
