"""Every parameter of every node, declared once: type, default, range, description.

``catalogue.NODES`` assigns them to the nodes. ``reports.reference`` generates docs/parameters.md from them.
"""

from __future__ import annotations

from dataclasses import replace

from mer_ros.explanation.languages import DEFAULT_LANGUAGE, LANGUAGES
from mer_ros.graph.parameter import Parameter, Settable
from mer_ros.limits import DEVICES, MAX_PIXELS
from mer_ros.sources import source_spec
from mer_ros.spotting.config import WatcherConfig

_WATCHER = WatcherConfig()

LOG_LEVELS = ("debug", "info", "warn", "error", "fatal")
"""Severities of messages, lowest first."""

AUTOSTART = Parameter(
    "autostart",
    True,
    "Configure and activate at start; false: an external lifecycle manager does both.",
    settable=Settable.AT_START,
)
WAIT_FOR_NODES = Parameter(
    "wait_for_nodes",
    "",
    "A clip or video starts once these nodes of its namespace are active, too: names separated by commas. A "
    "node that failed to configure is not waited for. The launch files and mer up set it.",
)
LOG_LEVEL = Parameter(
    "log_level",
    "",
    "Lowest severity that this node logs, and no other part of its process; empty: that of the command line "
    "(--log-level), else info.",
    choices=("", *LOG_LEVELS),
    settable=Settable.ALWAYS,
)
_EVERY_NODE = (AUTOSTART, LOG_LEVEL)

_MODEL = (
    Parameter(
        "model",
        "linear_prototype",
        "Name or hash of a model, or the path of a checkpoint in the models folder; the service set_model "
        "sets it, too.",
        settable=Settable.ALWAYS,
    ),
    Parameter("models_dir", "", "Folder of checkpoints; empty: the models installed with the package."),
    Parameter(
        "device",
        "auto",
        "Device for inference; auto selects CUDA if available, cuda fails if it is not.",
        choices=DEVICES,
    ),
    Parameter("threads", 1, "CPU threads for inference; the face tracker needs the other cores.", 1, 64),
)

_ROTATE = Parameter(
    "rotate",
    0,
    "Turn images clockwise by so many degrees, for a camera that is mounted sideways or upside down; the "
    "orientation in the metadata of a video is applied anyway.",
    choices=(0, 90, 180, 270),
)

CAMERA = (
    *_EVERY_NODE,
    Parameter("source", "synthetic:1", f"{source_spec.description()}."),
    Parameter(
        "fps",
        0.0,
        "Frames per second of stream time. 0: a video has its own times, a synthetic clip 200, and 200 are "
        "requested from a webcam. Pictures need a value; that of a video is overridden.",
        0.0,
        1000.0,
    ),
    Parameter(
        "rate",
        1.0,
        "Playback speed: seconds of stream time per second. Stamps are stream time at every speed.",
        0.01,
        10.0,
    ),
    Parameter(
        "amplitude_px",
        2.0,
        "Synthetic clip: peak movement of a face 150 px wide, pixels; smaller movements are harder to spot.",
        0.0,
        10.0,
    ),
    Parameter("events", 14, "Synthetic clip: number of expressions, which sets its length.", 1, 1000),
    Parameter(
        "conditions",
        "calm",
        "Synthetic clip: calm, or everyday, which adds speech, glances, nods, changing light, blur and lost "
        "frames.",
        choices=("calm", "everyday"),
    ),
    Parameter(
        "head",
        "photograph",
        "Synthetic clip: photograph, or parametric for a sculpted head with drawn skin.",
        choices=("photograph", "parametric"),
    ),
    Parameter(
        "photo", "", "Synthetic clip: path of a photograph of another face, which is read but never stored."
    ),
    _ROTATE,
    Parameter("width", 640, "Synthetic clip and webcam: image width, pixels.", 64, 4096),
    Parameter("height", 480, "Synthetic clip and webcam: image height, pixels.", 64, 4096),
    Parameter(
        "frame_id",
        "camera_optical_frame",
        "frame_id of all images: the optical frame, if TF describes your camera.",
    ),
    Parameter(
        "reliability",
        "best_effort",
        "Offered reliability; reliable loses no image, but a slow subscriber delays the camera. The camera "
        "keeps 4 images, with reliable 40.",
        choices=("best_effort", "reliable"),
    ),
    Parameter(
        "wait_for_subscribers",
        1,
        "A clip or video starts once its images have this many subscribers, so that they miss no frame, and "
        "the nodes of wait_for_nodes are active. A webcam does not wait.",
        0,
        100,
    ),
    WAIT_FOR_NODES,
    Parameter(
        "exit_at_end",
        False,
        "Exit the process with code 0 after the last frame, for scripts.",
        settable=Settable.ALWAYS,
    ),
)

_OPENED = "With camera: "

FACE_TRACKER = (
    *_EVERY_NODE,
    Parameter(
        "camera",
        "",
        f"Open this camera without transport: {', '.join(source_spec.forms_of(direct=True))} or the path "
        "alone; empty: subscribe to the image topic.",
    ),
    *(
        replace(p, description=_OPENED + p.description[0].lower() + p.description[1:])
        for p in CAMERA
        if p.name in ("fps", "rate", "frame_id")
    ),
    replace(
        _ROTATE,
        description=f"{_ROTATE.description} Positions of faces refer to the turned image.",
    ),
    Parameter("width", 640, _OPENED + "image width requested from a webcam, pixels.", 64, 4096),
    Parameter("height", 480, _OPENED + "image height requested from a webcam, pixels.", 64, 4096),
    Parameter(
        "wait_for_subscribers",
        1,
        _OPENED + "a video starts once events have this many subscribers and wait_for_nodes is met.",
        0,
        100,
    ),
    replace(WAIT_FOR_NODES, description=_OPENED + "as of the node camera."),
    Parameter(
        "compressed",
        False,
        "Subscribe to image/compressed (JPEG, PNG, WebP) instead of image, for cameras behind a network.",
    ),
    Parameter(
        "order_8uc3",
        "",
        "Colour order of images with encoding 8UC3, which does not specify it; empty: they are dropped.",
        choices=("", "bgr", "rgb"),
    ),
    Parameter(
        "reliability",
        "best_effort",
        "Requested reliability; best_effort is compatible with every camera.",
        choices=("best_effort", "reliable"),
    ),
    Parameter("depth", 40, "Queue of the subscription, frames: 40 frames last 200 ms at 200 fps.", 1, 1000),
    Parameter(
        "queue_size",
        40,
        "Queue of the tracker, frames, and 192 MiB at most; when it is full, the oldest frame is dropped. A "
        "longer queue bridges longer stalls, but increases the latency after them.",
        1,
        1000,
    ),
    Parameter(
        "max_pixels",
        MAX_PIXELS,
        "Images with more pixels are dropped before memory is allocated, so that a wrong header cannot "
        "exhaust it.",
        4096,
        1 << 28,
    ),
    Parameter(
        "max_ahead_s",
        60.0,
        "Frames stamped further ahead of this machine's clock are dropped, s: after such a frame, all later "
        "ones would seem to go back in time.",
        1.0,
        1e6,
    ),
    Parameter(
        "source", "", "Name of the camera in all messages; empty: the resolved image topic, or camera."
    ),
    Parameter(
        "max_faces",
        _WATCHER.max_faces,
        "Maximum number of tracked faces; each costs CPU time in every frame.",
        1,
        16,
        settable=Settable.ALWAYS,
    ),
    Parameter(
        "min_interocular_px",
        _WATCHER.min_interocular_px,
        "A face whose outer eye corners are closer than this is not analysed, pixels: noise hides movements.",
        8.0,
        1000.0,
        settable=Settable.ALWAYS,
    ),
    Parameter(
        "max_turn_rad",
        _WATCHER.max_turn_rad,
        "A face turned further than this is not analysed, rad: half of it is hidden.",
        0.05,
        1.57,
        settable=Settable.ALWAYS,
    ),
    Parameter(
        "min_motion",
        _WATCHER.spotter.min_motion,
        "Weakest movement that is reported as an expression, fraction of the interocular distance. A lower "
        "value finds weaker expressions, and more false ones.",
        1e-4,
        0.5,
        settable=Settable.ALWAYS,
    ),
    Parameter(
        "min_snr",
        _WATCHER.spotter.min_snr,
        "Lowest signal-to-noise ratio of such a movement; the noise is measured on this face and "
        f"grows in poor light. Below {1 / _WATCHER.spotter.slow_camera_period_s:.0f} fps the limit is "
        f"{_WATCHER.spotter.slow_camera_snr_factor:g} times as high.",
        1.0,
        100.0,
        settable=Settable.ALWAYS,
    ),
    Parameter(
        "publish_landmarks",
        False,
        "Add all 468 landmarks to every face of every frame: 1.1 MB/s per face at 200 fps.",
        settable=Settable.ALWAYS,
    ),
    Parameter(
        "annotated_hz",
        15.0,
        "Maximum rate of annotated images, Hz; drawing them takes CPU time from the tracker.",
        0.1,
        60.0,
        settable=Settable.ALWAYS,
    ),
)

CLASSIFIER = (
    *_EVERY_NODE,
    *_MODEL,
    Parameter(
        "min_confidence",
        0.0,
        "Labels with less confidence become unknown; 0: the limit in the model file.",
        0.0,
        1.0,
        settable=Settable.ALWAYS,
    ),
    Parameter(
        "max_distance",
        0.0,
        "Events further from every prototype (prototype_distance of Emotion) become unknown; 0: the limit in "
        "the model file.",
        0.0,
        1e9,
        settable=Settable.ALWAYS,
    ),
)

EXPLAINER = (
    *_EVERY_NODE,
    *_MODEL,
    Parameter(
        "language",
        DEFAULT_LANGUAGE,
        "Language of the text and of the overlay, ISO 639-1.",
        choices=LANGUAGES.names,
    ),
)
