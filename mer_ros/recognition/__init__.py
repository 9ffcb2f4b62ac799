"""Recognition: sample -> prediction. One file per system; the registry knows them by name."""

from mer_ros.recognition import micro_attention, prototype  # noqa: F401  (each registers itself)
from mer_ros.recognition.registry import Output, System, config_for, create, names, register

__all__ = ["Output", "System", "config_for", "create", "names", "register"]
