"""Charts of a spotting evaluation."""

from __future__ import annotations

import re

from toy_spotting import Minute, toy_evaluation, video

from mer_ros.data.long_videos import LongVideo
from mer_ros.evaluation.spotters import OURS, SPOTTERS
from mer_ros.evaluation.spotting_results import summarise
from mer_ros.reports.spotting_charts import f1_chart, lane_chart, words_of


def test_a_lane_shows_hits_filled_and_the_others_hatched():
    evaluation = toy_evaluation(False)
    found = evaluation.found[OURS][0]
    lane = str(lane_chart(3, OURS, video(0), found).html())
    hits, others = (sum(one.is_hit == hit for one in found) for hit in (True, False))
    assert (hits, others) == (1, 2)
    # a hit has a bar in both rows, a missed and a false one in one row
    assert lane.count("fill: var(--s2)") == 2 and lane.count("stroke: var(--s1)") >= 2
    assert 'id="lane-3-title"' in lane and "M</text>" in lane.replace("<!-- M -->", "")
    assert words_of(found) in lane


def test_an_empty_video_is_said_to_be_empty():
    lane = lane_chart(0, OURS, LongVideo("set", "a", "1", Minute(()), ()), [])
    assert words_of([]) == "" and "There is no expression, and none was spotted." in lane.html()


def test_the_scores_of_every_system_are_in_words():
    systems = summarise(toy_evaluation(False))["systems"]
    words = re.search(r'<desc id="f1-words">([^<]+)</desc>', str(f1_chart(systems, "95%").html())).group(1)
    assert words.count(";") == 3 * len(SPOTTERS) - 1
    assert f"{OURS} overall .500 [.500, .500]" in words and "MDMD causal micro .000" in words
