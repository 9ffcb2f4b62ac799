"""The parts of the set-up. Standard library only: it runs before anything is installed."""
