"""Parts of the set-up. They use the standard library only, because no package is installed yet."""
