"""A source with turned images."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.recording_files import write_pictures
from mer_ros.sources.source import SourceOptions
from mer_ros.sources.source_spec import open_source


def test_fault_81_images_of_a_camera_mounted_otherwise_are_turned(tmp_path: Path) -> None:
    folder = write_pictures(tmp_path / "frames", 2)
    options = SourceOptions(fps=30.0)
    plain = list(open_source(str(folder), options).timed_frames())
    source = open_source(str(folder), replace(options, rotate=270))
    turned = list(source.timed_frames())
    assert [t for t, _ in turned] == [t for t, _ in plain]
    for (_, image), (_, other) in zip(plain, turned):
        assert np.array_equal(np.rot90(image), other)
    assert (source.fps, source.live, list(source.warnings)) == (30.0, False, [])
    source.close()
