"""How a face moved: registration, optical flow, depth, normalisation, key frames. No thresholds here."""
