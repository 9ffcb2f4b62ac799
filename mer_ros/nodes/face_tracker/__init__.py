"""The face tracker: pictures in, faces of every frame and spotted expressions out."""
