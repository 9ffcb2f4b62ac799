"""mediapipe with FaceMesh."""

from __future__ import annotations

from collections.abc import Iterator

from mer_ros.doctor.check import Check
from mer_ros.doctor.facts import Facts
from mer_ros.doctor.finding import SET_UP, Finding, fix, ok

_IMPORT = """
from mer_ros.compat import need
print(need("mediapipe.python.solutions.face_mesh").FaceMesh.__name__)
"""


def pinned_version(processor: str) -> str:
    """The release that requirements/runtime.txt pins for a processor."""
    return "0.10.18" if processor == "aarch64" else "0.10.21"


def judge(facts: Facts) -> Iterator[Finding]:
    """Whether a release with ``mediapipe.solutions`` is installed."""
    version = facts.versions.get("mediapipe")
    trial = facts.trials["mediapipe"]
    if not version:
        yield fix("mediapipe", "not installed", SET_UP)
    elif not trial.worked:
        yield fix(
            "mediapipe",
            f"{version} without mediapipe.solutions ({trial.answer})",
            f"Later releases removed it. Run 'pip install mediapipe=={pinned_version(facts.processor)}'",
        )
    else:
        yield ok("mediapipe", f"{version} with FaceMesh")


CHECK = Check(judge, packages=("mediapipe",), trial=_IMPORT)
