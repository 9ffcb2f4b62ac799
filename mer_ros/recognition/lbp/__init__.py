"""Descriptors by local binary patterns, and their common parts: clips, codes, blocks and layout."""

from mer_ros.recognition.lbp.blocks import BlockGrid
from mer_ros.recognition.lbp.clip import ClipConfig
from mer_ros.recognition.lbp.descriptor import Descriptor
from mer_ros.recognition.lbp.layout import Layout

__all__ = ["BlockGrid", "ClipConfig", "Descriptor", "Layout"]
