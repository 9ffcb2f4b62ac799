"""Tables, pictures and pages for readers."""
