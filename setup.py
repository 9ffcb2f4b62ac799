"""Package mer_ros for colcon: ``colcon build`` installs the files listed here."""

import sys
from pathlib import Path

from setuptools import find_packages, setup

sys.path.insert(0, str(Path(__file__).resolve().parent))
from mer_ros.graph.catalogue import executables  # noqa: E402  (of this checkout; imports the standard library only)

PACKAGE = "mer_ros"


def share(folder: str) -> list[tuple[str, list[str]]]:
    """(folder under share, files) for a folder of the repository and for each folder in it."""
    folders = [Path(folder), *sorted(path for path in Path(folder).rglob("*") if path.is_dir())]
    return [
        (
            f"share/{PACKAGE}/{place.as_posix()}",
            [p.as_posix() for p in sorted(place.iterdir()) if p.is_file()],
        )
        for place in folders
        if place.is_dir() and place.name != "__pycache__"
    ]


setup(
    name=PACKAGE,
    version="0.1.0",
    packages=find_packages(include=[PACKAGE, f"{PACKAGE}.*"]),
    package_data={
        PACKAGE: [
            "py.typed",
            "__init__.pyi",
            "face/*.csv",
            "face/*.npz",
            "reports/html/page.*",
            "visualisation/fonts/*",
            "web/page/*.*",
        ]
    },
    data_files=[
        ("share/ament_index/resource_index/packages", [f"resource/{PACKAGE}"]),
        (f"share/{PACKAGE}", ["package.xml"]),
        *share("launch"),
        *share("config"),
        *share("models"),
        ("bin", ["bin/mer"]),
    ],
    install_requires=["setuptools"],
    extras_require={"test": ["pytest", "pytest-timeout"]},  # selects the runner of colcon test
    zip_safe=False,
    maintainer="mer_ros maintainers",
    maintainer_email="mer-ros@example.org",
    description="Micro-expression recognition for ROS 2: from a camera topic to explained events.",
    license="Apache-2.0",
    entry_points={
        "console_scripts": [
            *(f"{name} = {PACKAGE}.nodes.executables:{name}" for name in executables()),
            f"mer = {PACKAGE}.cli.entry:main",
        ],
    },
)
