"""Every parameter of every node, declared once: type, default, range, description.

``catalogue.NODES`` gives them to the nodes; the README's tables are held against them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from mer_ros.errors import ConfigError
from mer_ros.limits import MAX_PIXELS
from mer_ros.spotting.config import WatcherConfig

Value = bool | int | float | str

_WATCHER = WatcherConfig()
_TYPE_NAMES: dict[type, str] = {
    bool: "a boolean",
    int: "an integer",
    float: "a floating-point number",
    str: "a string",
}


@dataclass(frozen=True)
class Parameter:
    """One parameter. The type is that of the default; minimum and maximum are inclusive."""

    name: str
    default: Value
    description: str
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()

    @property
    def type_name(self) -> str:
        """bool, integer, double or string: the names that ROS uses."""
        return {bool: "bool", int: "integer", float: "double", str: "string"}[type(self.default)]

    @property
    def range_text(self) -> str:
        """The range as a table shows it, empty if there is none."""
        if self.choices:
            return ", ".join(self.choices)
        if self.minimum is None or self.maximum is None:
            return ""
        return f"{_plain(self.minimum)} to {_plain(self.maximum)}"

    def check(self, value: object) -> None:
        """Raise ConfigError, naming the parameter, unless the value has the type and lies in the range."""
        kind = type(self.default)
        if type(value) is not kind:
            hint = f", such as {float(value)}" if kind is float and type(value) is int else ""
            raise ConfigError(
                f"parameter {self.name} must be {_TYPE_NAMES[kind]}{hint}; {value!r} was given."
            )
        if self.choices and value not in self.choices:
            raise ConfigError(
                f"parameter {self.name} must be one of {', '.join(self.choices)}; {value!r} was given."
            )
        if self.minimum is not None and self.maximum is not None:
            number = float(value)  # type: ignore[arg-type]
            if not math.isfinite(number) or not self.minimum <= number <= self.maximum:
                raise ConfigError(f"parameter {self.name} must be {self.range_text}; {value!r} was given.")


def _plain(number: float) -> str:
    """A number without an exponent, and without a decimal point if it is whole."""
    return str(int(number)) if number == int(number) else str(number)


AUTOSTART = Parameter(
    "autostart", True, "Configure and activate by itself; false: an outside lifecycle manager does."
)
_MODEL = (
    Parameter(
        "model", "prototype", "Name or hash of a model, or a checkpoint's path under the models folder."
    ),
    Parameter(
        "models_dir", "", "Folder of checkpoints; empty: the models that were installed with the package."
    ),
    Parameter(
        "device",
        "auto",
        "Where networks run; auto takes CUDA where there is one, cuda fails where there is none.",
        choices=("auto", "cpu", "cuda"),
    ),
    Parameter("threads", 1, "CPU threads of a network; the tracker needs the others.", 1, 64),
)

CAMERA = (
    AUTOSTART,
    Parameter(
        "source",
        "synthetic:1",
        "synthetic:SEED for the made clip, file:PATH for a video, device:PATH or device:NUMBER for a webcam; "
        "the path alone does too.",
    ),
    Parameter(
        "fps", 200.0, "Frames per second of stream time; a video file or webcam has its own.", 1.0, 1000.0
    ),
    Parameter(
        "rate", 1.0, "Playback speed: seconds of stream time per second. Stamps stay stream time.", 0.01, 10.0
    ),
    Parameter(
        "amplitude_px",
        2.0,
        "Made clip: peak movement on a face 150 px wide, pixels; smaller is harder to spot.",
        0.0,
        10.0,
    ),
    Parameter("events", 14, "Made clip: number of expressions; its length follows.", 1, 1000),
    Parameter(
        "conditions",
        "calm",
        "Made clip: a calm room, or everyday: speech, glances, nods, light, blur and lost frames too.",
        choices=("calm", "everyday"),
    ),
    Parameter("photo", "", "Made clip: path of a photograph of another face; it is read, never stored."),
    Parameter("width", 640, "Made clip and webcam: picture width, pixels.", 64, 4096),
    Parameter("height", 480, "Made clip and webcam: picture height, pixels.", 64, 4096),
    Parameter(
        "frame_id",
        "camera_optical_frame",
        "frame_id of every picture: the optical frame, if TF knows your camera.",
    ),
    Parameter(
        "reliability",
        "best_effort",
        "Reliability that is offered; reliable loses no picture, but a slow listener slows it down.",
        choices=("best_effort", "reliable"),
    ),
    Parameter(
        "wait_for_subscribers",
        1,
        "Start once so many listen, so that nobody misses the first frames; 0 starts at once.",
        0,
        100,
    ),
    Parameter("exit_at_end", False, "End the process with exit code 0 after the last frame, for scripts."),
)

_OPENED = "With camera: "

FACE_TRACKER = (
    AUTOSTART,
    Parameter(
        "camera",
        "",
        "Open this camera without transport: device:PATH, device:NUMBER, file:PATH or the path alone; empty: "
        "listen to the image topic.",
    ),
    *(
        replace(p, description=_OPENED + p.description[0].lower() + p.description[1:])
        for p in CAMERA
        if p.name in ("fps", "rate", "frame_id")
    ),
    Parameter("width", 640, _OPENED + "picture width that a webcam is asked for, pixels.", 64, 4096),
    Parameter("height", 480, _OPENED + "picture height that a webcam is asked for, pixels.", 64, 4096),
    Parameter(
        "wait_for_subscribers",
        1,
        _OPENED + "a video file starts once so many listen to events; 0 starts at once.",
        0,
        100,
    ),
    Parameter(
        "compressed",
        False,
        "Listen to image/compressed (JPEG, PNG) in place of image: for cameras behind a network.",
    ),
    Parameter(
        "reliability",
        "best_effort",
        "Reliability that is asked for; best_effort reads every camera.",
        choices=("best_effort", "reliable"),
    ),
    Parameter("depth", 40, "Frames the transport keeps for the tracker: 200 ms at 200 fps.", 1, 1000),
    Parameter(
        "queue_size",
        40,
        "Frames that wait for the tracker itself; beyond it the oldest is dropped. More bears longer "
        "hiccups, but lets results come later.",
        1,
        1000,
    ),
    Parameter(
        "max_pixels",
        MAX_PIXELS,
        "Larger pictures are refused before anything is allocated: a wrong header must not fill the memory.",
        4096,
        1 << 28,
    ),
    Parameter(
        "max_ahead_s",
        60.0,
        "Frames stamped further ahead of this machine's clock are dropped, s: one makes all later ones old.",
        1.0,
        1e6,
    ),
    Parameter(
        "source", "", "Name of the camera in every message; empty: the resolved image topic, or camera."
    ),
    Parameter(
        "max_faces",
        _WATCHER.max_faces,
        "The most faces that are followed; each costs CPU time in every frame.",
        1,
        16,
    ),
    Parameter(
        "min_interocular_px",
        _WATCHER.min_interocular_px,
        "A face with its eyes closer than this is not judged, pixels: movements drown in noise.",
        8.0,
        1000.0,
    ),
    Parameter(
        "max_turn_rad",
        _WATCHER.max_turn_rad,
        "A face turned further than this is not judged, rad: half of it cannot be seen.",
        0.05,
        1.57,
    ),
    Parameter(
        "min_motion",
        _WATCHER.spotter.min_motion,
        "The weakest movement that can be an expression, fraction of the interocular distance. Lower finds "
        "fainter ones, and more that are none.",
        1e-4,
        0.5,
    ),
    Parameter(
        "min_snr",
        _WATCHER.spotter.min_snr,
        "The same in units of what moves by chance on this face; bad light raises it by itself. Below "
        f"{1 / _WATCHER.spotter.slow_camera_period_s:.0f} fps "
        f"{_WATCHER.spotter.slow_camera_snr_factor:g} times as much is asked for.",
        1.0,
        100.0,
    ),
    Parameter(
        "publish_landmarks",
        False,
        "Put all 468 landmarks into every face of every frame: 1.1 MB/s a face at 200 fps.",
    ),
    Parameter(
        "annotated_hz",
        15.0,
        "At most so many annotated pictures a second; drawing each takes time from the tracker.",
        0.1,
        60.0,
    ),
)

CLASSIFIER = (AUTOSTART, *_MODEL)

EXPLAINER = (AUTOSTART, *_MODEL)
