"""What is evaluated beside the families of systems: controls and finished checkpoints."""
