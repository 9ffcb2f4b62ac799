"""Convolutional trunks that systems share, and pretrained weights for them."""
