from __future__ import annotations

from itertools import islice

import numpy as np
import pytest

from mer_ros.data.synthetic import EVALUATION_SUBJECTS
from mer_ros.data.synthetic_videos import EXPRESSIONS, FPS, FRAME_WH, synthetic_videos
from mer_ros.errors import ConfigError
from mer_ros.types import EMOTIONS, Kind


def test_subjects_take_turns_and_every_video_has_both_kinds():
    found = synthetic_videos(5, 2, seed=3)
    assert [video.subject for video in found.videos] == [str(EVALUATION_SUBJECTS[i % 2]) for i in range(5)]
    for video in found.videos:
        assert len(video.truth) == EXPRESSIONS and {t.kind for t in video.truth} == {Kind.MICRO, Kind.MACRO}
        assert all(t.label in EMOTIONS and t.three for t in video.truth)
        times = [time for t in video.truth for time in (t.onset_s, t.apex_s, t.offset_s)]
        assert times == sorted(times) and times[-1] * FPS < video.frames.n_frames
    assert found.synthetic and "60 frames per second" in found.origin


def test_a_video_depends_on_seed_subject_and_number_only():
    one, more = synthetic_videos(2, 2, seed=1), synthetic_videos(4, 2, seed=1)
    assert [video.truth for video in one.videos] == [video.truth for video in more.videos[:2]]
    described = [video.frames.described() for video in more.videos]
    assert len({str(own) for own in described}) == 4
    assert synthetic_videos(2, 2, seed=2).videos[0].truth != one.videos[0].truth


def test_frames_are_rendered_at_their_times():
    frames = synthetic_videos(2, 2).videos[0].frames
    times, images = zip(*islice(frames.timed_frames(), 3))
    assert times[0] == 0 and all(image.shape == (*FRAME_WH[::-1], 3) for image in images)
    again = [image for _, image in islice(frames.timed_frames(), 3)]
    assert np.array_equal(images, again)


@pytest.mark.parametrize(("n", "subjects"), [(4, 1), (1, 2), (500, 401)])
def test_numbers_out_of_range_are_refused(n, subjects):
    with pytest.raises(ConfigError, match="2 to 400 subjects and a video for each"):
        synthetic_videos(n, subjects)
