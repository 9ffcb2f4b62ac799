"""The camera's process; the node itself is in camera_node."""

from mer_ros import process_setup
from mer_ros.nodes.entry import run


def main() -> int:
    """Entry point."""
    process_setup.for_pictures()
    return run("mer_ros.nodes.camera_node:Camera")


if __name__ == "__main__":
    raise SystemExit(main())
