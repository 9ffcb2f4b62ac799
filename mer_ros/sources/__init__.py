"""Where pictures come from, one kind a file: video file, webcam, synthetic clip; and their playback."""
