"""The face tracker: camera images in; faces of every image and spotted expressions out."""
