"""Frames of data sets: image folders and videos -> aligned crops and flow, measured once and cached."""
