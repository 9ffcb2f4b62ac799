"""The classifier's process; the node itself is in classifier_node."""

from mer_ros.nodes.entry import run


def main() -> int:
    """Entry point."""
    return run("mer_ros.nodes.classifier_node:Classifier")


if __name__ == "__main__":
    raise SystemExit(main())
