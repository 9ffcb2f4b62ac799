"""The synthetic clip as a source."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mer_ros.data.synthetic import synthetic_clip
from mer_ros.errors import ConfigError, DataError
from mer_ros.sources.catalogue import SOURCES
from mer_ros.sources.source import SourceOptions
from mer_ros.sources.source_spec import open_source


def test_it_has_the_size_and_rate_that_are_requested(options: SourceOptions) -> None:
    source = open_source("synthetic:3", options)
    time_ns, first = next(iter(source.timed_frames()))
    assert time_ns == 0 and first.shape == (240, 320, 3) and first.dtype == np.uint8
    assert source.fps == 100.0 and not source.live


def test_its_truth_is_known_without_rendering(options: SourceOptions) -> None:
    truth = SOURCES.get("synthetic").truth("3", options)
    clip = synthetic_clip(3, fps=options.fps, size_wh=options.size_wh, n_events=7)
    assert truth is not None and len(truth.events) == 7
    assert [(e.onset_s, e.emotion) for e in truth.events] == [(e.onset_s, e.emotion) for e in clip.truth]
    assert truth.duration_s == clip.duration_s


def test_an_everyday_clip_leaves_out_the_indices_of_lost_frames(options: SourceOptions) -> None:
    source = open_source("synthetic:3", replace(options, fps=30.0, conditions="everyday"))
    times = [t * 30e-9 for t, _ in itertools.islice(source.timed_frames(), 300)]
    indices = [round(t) for t in times]
    assert times == pytest.approx(indices, abs=1e-6)
    assert indices == sorted(set(indices)) and indices[-1] > 299


def test_a_photograph_that_cannot_be_read_is_one_sentence(tmp_path: Path, options: SourceOptions) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        open_source("synthetic:3", replace(options, photo=str(tmp_path / "me.jpg")))


def test_unknown_conditions_are_refused_with_the_known_ones(options: SourceOptions) -> None:
    with pytest.raises(ConfigError, match="conditions are 'stormy': choose one of calm, everyday"):
        open_source("synthetic:3", replace(options, conditions="stormy"))


def test_the_head_is_chosen_and_an_unknown_one_refused(options: SourceOptions) -> None:
    _, first = next(iter(open_source("synthetic:3", replace(options, head="parametric")).timed_frames()))
    _, other = next(iter(open_source("synthetic:3", options).timed_frames()))
    assert np.abs(first.astype(int) - other).mean() > 10
    with pytest.raises(ConfigError, match="'round'"):
        open_source("synthetic:3", replace(options, head="round"))
