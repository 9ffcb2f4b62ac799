"""What a text names as the source of pictures; free of OpenCV, so that the command line can ask too."""

from __future__ import annotations

from pathlib import Path

from mer_ros.errors import ConfigError


def read(spec: str) -> tuple[str, str]:
    """Kind ("synthetic", "file" or "device") and what to open: a seed, or the path of a video or a webcam.

    "synthetic:SEED", "file:PATH", "device:PATH", and "device:NUMBER" for /dev/videoNUMBER. A path alone is a
    webcam below /dev and else a video. ConfigError if it is none of these.
    """
    kind, _, rest = spec.partition(":")
    if kind == "device" and rest.isdigit():
        return kind, f"/dev/video{rest}"
    if kind in ("synthetic", "file", "device"):
        return kind, rest
    if spec.startswith("/dev/"):
        return "device", spec
    if Path(spec).is_file() or ("/" in spec and ":" not in spec):
        return "file", spec
    raise ConfigError(
        f"'{spec}' is no kind of camera and no file here: use device:PATH, device:NUMBER, file:PATH, such a "
        "path alone, or for the camera node synthetic:SEED."
    )
