"""Is this picture usable, and when was it taken: image checks, wire format, stamps, period, gate."""
