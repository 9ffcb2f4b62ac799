"""Reading containers: video files, webcams, JPEG and PNG pictures."""
