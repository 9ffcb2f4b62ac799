"""The face tracker's process; the node itself is in face_tracker_node."""

from mer_ros import process_setup
from mer_ros.nodes.entry import run


def main() -> int:
    """Entry point."""
    process_setup.for_pictures()
    return run("mer_ros.nodes.face_tracker_node:FaceTracker")


if __name__ == "__main__":
    raise SystemExit(main())
