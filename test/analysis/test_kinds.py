"""What kind of recording a source is."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from graph_bags import faces, published, write_bag
from sensor_msgs.msg import Image

from mer_ros.analysis import Analysis, image_recording
from mer_ros.analysis import published as published_kind
from mer_ros.analysis.kinds import RECORDING_KINDS, kind_of
from mer_ros.analysis.recording_kind import AnalysisSettings, RecordingKind
from mer_ros.analysis.recordings import NamedRecording
from mer_ros.errors import ConfigError
from mer_ros.reports.analysis_folder import analyse_recording
from mer_ros.sources import SourceOptions


@contextmanager
def _opened(recording, settings):
    yield lambda video, progress, stopped: Analysis(recording.name, (), 25.0, (64, 48), 50, 2.0)


NOTES = RecordingKind(matches=lambda spec: spec.endswith(".notes"), opened=_opened)


def test_a_kind_is_added_with_one_line(monkeypatch, tmp_path):
    places = {"notes": f"{__name__}:NOTES", **RECORDING_KINDS.places}
    monkeypatch.setattr(RECORDING_KINDS, "places", places)
    recording = NamedRecording("a.notes", "a.notes", "a")
    done = analyse_recording(recording, AnalysisSettings((), SourceOptions(), tmp_path))
    assert done.fps == 25 and "50 frames of 64x48 pixels" in (tmp_path / "a" / "report.html").read_text()


def test_a_bag_of_events_is_read_as_published_and_images_win_unless_the_topic_is_named(make_event, tmp_path):
    events = write_bag(tmp_path / "events", published(make_event()))
    image = Image(height=1, width=1, encoding="mono8", step=1)
    drawn = [("/mer/explanation/prototype", image), ("/mer/front/annotated", image)]
    with_drawn = write_bag(tmp_path / "drawn", [*published(make_event()), *drawn])
    both = write_bag(tmp_path / "both", [*published(make_event()), ("/image", image)])
    for spec in (
        f"{events}",
        f"bag:{events}",
        f"bag:{events}:/mer/events",
        f"{both}:/mer/events",
        f"{with_drawn}",
    ):
        assert kind_of(spec) is published_kind.KIND, spec
    for spec in (f"{both}", f"{both}:/image", f"{with_drawn}:/mer/front/annotated", "synthetic:1"):
        assert kind_of(spec) is image_recording.KIND, spec


def test_a_bag_without_a_topic_of_events_is_none_of_what_was_published(tmp_path):
    assert kind_of(str(write_bag(tmp_path / "faces", faces(2)))) is image_recording.KIND


def test_a_source_that_cannot_be_read_is_one_sentence(tmp_path):
    (tmp_path / "run.mcap").write_bytes(b"damaged")
    for spec, words in ((f"{tmp_path}/run.mcap", "cannot be read as a bag"), ("bag:nowhere", "is no bag")):
        with pytest.raises(ConfigError, match=words):
            kind_of(spec)


@pytest.mark.parametrize("options", [{"fps": 30.0}, {"rotate": 90}])
def test_an_option_without_effect_on_what_was_published_is_refused(options, make_event, tmp_path):
    path = write_bag(tmp_path / "events", published(make_event()))
    settings = AnalysisSettings((), SourceOptions(**options), tmp_path)
    with pytest.raises(ConfigError, match="omit --fps and --rotate"):
        analyse_recording(NamedRecording(str(path), "events", "events"), settings)
