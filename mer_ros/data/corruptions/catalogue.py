"""The corruptions. To add one: write it in a file of this folder, and its line here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mer_ros.catalogue import Catalogue

if TYPE_CHECKING:
    from mer_ros.data.corruptions.corruption import Corruption

_PLACES = {
    "light": ("brightness", "contrast", "gamma", "side_light"),
    "blur": ("defocus", "motion_blur"),
    "noise": ("gaussian_noise", "shot_noise"),
    "compression": ("jpeg", "h264"),
    "placement": ("rotation", "yaw", "scale"),
    "occlusion": ("eyes", "mouth", "glasses", "mask", "hand"),
    "frame_rate": ("frame_rate",),
}

CORRUPTIONS: Catalogue[Corruption] = Catalogue(
    "corruption",
    {
        name: f"mer_ros.data.corruptions.{module}:{name.upper()}"
        for module, names in _PLACES.items()
        for name in names
    },
)
