"""Python and the packages whose versions must go together."""

from __future__ import annotations

from collections.abc import Mapping

from mer_ros.doctor.finding import Finding, fix, note, ok
from mer_ros.doctor.trial import Trial

SET_UP = "run 'make setup' in the checkout and '. scripts/env.sh'"
PYTHONS = ((3, 10), (3, 12))
OPENCV_WHEELS = (
    "opencv-contrib-python",
    "opencv-contrib-python-headless",
    "opencv-python",
    "opencv-python-headless",
)
# A torchvision release is built for one torch release: 0.28 for 2.13, 0.27 for 2.12.
MINOR_OFFSET = 15


def check_python(version: tuple[int, int, int], executable: str) -> Finding:
    """The interpreter that runs this."""
    found = f"{'.'.join(map(str, version))} at {executable}"
    if PYTHONS[0] <= version[:2] <= PYTHONS[1]:
        return ok("Python", found)
    return fix(
        "Python", found, "mediapipe has wheels for 3.10 to 3.12: " + SET_UP + " with PYTHON=python3.12"
    )


def check_cpus(count: int) -> Finding:
    """How many cores this process may use."""
    if count >= 2:
        return ok("CPU", f"{count} cores")
    return note("CPU", "1 core", "The tracker and the classifier share it: expect dropped frames at 200 fps")


def check_torch(versions: Mapping[str, str], trial: Trial) -> Finding:
    """Torch beside torchvision; the trial answers "compiled" or "guard" after importing both.

    versions: package name to installed version.
    """
    torch, vision = versions.get("torch"), versions.get("torchvision")
    if not torch or not vision:
        missing = " and ".join(name for name in ("torch", "torchvision") if name not in versions)
        return fix("torch", f"{missing} not installed", SET_UP)
    found = f"torch {torch} with torchvision {vision}"
    if not trial.worked:
        return fix("torch", f"{found}, which cannot be imported ({trial.answer})", SET_UP)
    if _minor(vision) != _minor(torch) + MINOR_OFFSET:
        return fix(
            "torch", f"{found}, which are not of one release", "Install the pair of requirements/runtime.txt"
        )
    if trial.answer == "guard":
        return note("torch", f"{found}, built differently: the operator nms is declared by mer_ros")
    return ok("torch", found)


def _minor(version: str) -> int:
    return int(version.split(".")[1])


def check_opencv(versions: Mapping[str, str], trial: Trial) -> Finding:
    """NumPy, OpenCV and cv_bridge; the trial imports cv2 and cv_bridge and converts one picture.

    versions: package name to installed version.
    """
    numpy = versions.get("numpy", "none")
    wheels = [name for name in OPENCV_WHEELS if name in versions]
    opencv = " and ".join(f"{name} {versions[name]}" for name in wheels) or "the system's OpenCV"
    found = f"NumPy {numpy} with {opencv}"
    if len(wheels) > 1:
        keep = wheels[0]
        others = " ".join(wheels[1:])
        return fix(
            "OpenCV",
            f"{found}, which overwrite each other's cv2",
            f"pip uninstall {others}; then pip install --force-reinstall --no-deps {keep}=={versions[keep]}",
        )
    if not numpy.startswith("1."):
        return fix(
            "OpenCV", f"{found}; mediapipe and cv_bridge are built for NumPy 1", "pip install numpy==1.26.4"
        )
    if not trial.worked:
        return fix("OpenCV", f"{found}; cv_bridge does not work ({trial.answer})", SET_UP)
    return ok("OpenCV", f"{found}, cv_bridge converts")


def mediapipe_pin(machine: str) -> str:
    """The release that requirements/runtime.txt pins for a processor."""
    return "0.10.18" if machine == "aarch64" else "0.10.21"


def check_mediapipe(versions: Mapping[str, str], trial: Trial, machine: str) -> Finding:
    """Mediapipe with its FaceMesh; the trial imports mediapipe.solutions.face_mesh.

    machine: the processor, as platform.machine() names it.
    """
    version = versions.get("mediapipe")
    if not version:
        return fix("mediapipe", "not installed", SET_UP)
    if not trial.worked:
        return fix(
            "mediapipe",
            f"{version} without mediapipe.solutions ({trial.answer})",
            f"Later releases dropped it: pip install mediapipe=={mediapipe_pin(machine)}",
        )
    return ok("mediapipe", f"{version} with FaceMesh")
