from __future__ import annotations

from pathlib import Path

import pytest

from mer_ros.doctor.facts import DiskSpace, Facts
from mer_ros.doctor.trial import Trial
from mer_ros.graph.probe_report import CameraTopic, GraphReport, Publisher


@pytest.fixture
def facts(tmp_path: Path) -> Facts:
    """The facts of a machine without problems."""
    driver = Publisher("/camera/driver", "best_effort")
    camera = CameraTopic("/camera/image_raw", "sensor_msgs/Image", (driver,), 400, 0, 200.0)
    works = Trial(True, "")
    return Facts(
        python=(3, 11, 7),
        executable="/usr/bin/python3",
        cores=4,
        processor="x86_64",
        env={},
        versions={
            "numpy": "1.26.4",
            "torch": "2.13.0+cpu",
            "torchvision": "0.28.0",
            "mediapipe": "0.10.21",
            "opencv-contrib-python": "4.11.0.86",
        },
        models_dir=tmp_path,
        model="prototype",
        profile=Path("share/mer_ros/config/fastdds.xml"),
        shared_memory=DiskSpace(total=8000 << 20, free=8000 << 20),
        trials={name: works for name in ("opencv", "mediapipe", "torch")},
        probe=works,
        graph=GraphReport("rmw_fastrtps_cpp", 7, "", (camera,)),
    )
