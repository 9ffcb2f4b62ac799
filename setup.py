"""Package mer_ros for colcon: `colcon build` installs what is listed here and nothing else."""

from pathlib import Path

from setuptools import find_packages, setup

PACKAGE = "mer_ros"
NODES = ("camera", "face_tracker", "classifier", "explainer")


def files(folder: str, pattern: str) -> list[str]:
    """Files of one folder of the repository, sorted, as setuptools wants them: relative and with forward slashes."""
    return [path.as_posix() for path in sorted(Path(folder).glob(pattern)) if path.is_file()]


setup(
    name=PACKAGE,
    version="0.1.0",
    packages=find_packages(include=[PACKAGE, f"{PACKAGE}.*"]),
    data_files=[
        ("share/ament_index/resource_index/packages", [f"resource/{PACKAGE}"]),
        (f"share/{PACKAGE}", ["package.xml"]),
        (f"share/{PACKAGE}/launch", files("launch", "*.launch.py")),
        (f"share/{PACKAGE}/config", files("config", "*")),
        (f"share/{PACKAGE}/models", files("models", "*")),
        ("bin", ["bin/mer"]),
    ],
    install_requires=["setuptools"],
    zip_safe=False,
    maintainer="mer_ros maintainers",
    maintainer_email="mer-ros@example.org",
    description="Micro-expression recognition for ROS 2: a camera topic becomes explained facial movements.",
    license="Apache-2.0",
    entry_points={
        "console_scripts": [
            *(f"{name} = {PACKAGE}.nodes.{name}:main" for name in NODES),
            f"mer = {PACKAGE}.cli.main:main",
        ],
    },
)
