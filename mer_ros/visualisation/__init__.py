"""Arrays to pictures: overlay, annotated camera picture, flow, prototypes."""
