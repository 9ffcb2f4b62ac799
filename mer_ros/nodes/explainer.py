"""The explainer's process; the node itself is in explainer_node."""

from mer_ros.nodes.entry import run


def main() -> int:
    """Entry point."""
    return run("mer_ros.nodes.explainer_node:Explainer")


if __name__ == "__main__":
    raise SystemExit(main())
