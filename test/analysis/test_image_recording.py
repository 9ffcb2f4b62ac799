from __future__ import annotations

import pytest

from mer_ros import files
from mer_ros.analysis.image_recording import KIND
from mer_ros.analysis.recording_kind import AnalysisSettings
from mer_ros.analysis.recordings import NamedRecording
from mer_ros.errors import MerError
from mer_ros.progress import SILENT
from mer_ros.sources import SourceOptions


@pytest.fixture
def settings(tmp_path, one_thread):
    model = files.models_dir() / "linear_prototype.safetensors"
    return AnalysisSettings((model,), SourceOptions(), tmp_path, "de")


def test_a_video_is_analysed_with_the_models_and_the_language_of_the_settings(clip_path, settings, tmp_path):
    with KIND.opened(NamedRecording(str(clip_path), "clip", "clip"), settings) as analyse:
        found = analyse(tmp_path / "annotated.mp4", SILENT, lambda: False)
    assert found.frames == 260 and found.name == "clip" and (tmp_path / "annotated.mp4").is_file()
    assert [answer.language for event in found.events for answer in event.answers] == ["de"]


def test_a_recording_that_was_stopped_before_its_first_frame_is_nothing(clip_path, settings, tmp_path):
    with KIND.opened(NamedRecording(str(clip_path), "clip", "clip"), settings) as analyse:
        assert analyse(tmp_path / "annotated.mp4", SILENT, lambda: True) is None


def test_a_broken_recording_is_refused_before_anything_is_written(settings, tmp_path):
    (tmp_path / "broken.mp4").write_bytes(b"x" * 999)
    broken = NamedRecording(str(tmp_path / "broken.mp4"), "broken", "broken")
    with pytest.raises(MerError, match="cannot be read as video"), KIND.opened(broken, settings):
        pytest.fail("it was opened")
