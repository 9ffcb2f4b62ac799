"""What all nodes share: parameters, life cycle, diagnostics, message conversion, quality of service."""
