import numpy as np

from benchmarks.compression import CRF_MOVING, JPEG_QUALITY, figures, moving, quiet, streams
from benchmarks.recorded import Recorded
from benchmarks.streams import Spot, StreamResult

TRUE = tuple(Spot(t, t + 0.1, t + 0.25, True) for t in (2.0, 5.0, 8.0))
SYLLABLE = Spot(6.0, 6.1, 6.2, True)


def result(stream, found):
    truth = () if stream.minutes else TRUE
    return StreamResult(stream, truth, found, stream.minutes or 0.4, {}, np.empty(0, np.int64), Recorded())


def test_every_compressed_stream_has_the_subject_and_head_of_an_uncompressed_one():
    of = lambda group: [(one.seed, one.head, one.amplitude_px) for one in group]  # noqa: E731
    assert of(moving()) == of(moving(crf=CRF_MOVING)) == of(moving(jpeg_quality=JPEG_QUALITY))
    assert len({one.head for one in moving()}) == len({one.head for one in quiet()}) == 2
    assert sum(one.minutes for one in quiet()) == 10


def test_rows_count_false_events_and_compare_with_the_uncompressed_clips():
    seen = {one: result(one, () if one.minutes else TRUE) for one in streams()}
    assert all(row.met is not False for row in figures(seen))
    worse = moving(crf=CRF_MOVING)[0]
    seen[worse] = result(worse, TRUE[:2])
    noisy = quiet(crf=34)[3]
    seen[noisy] = result(noisy, (SYLLABLE,))
    rows = {row.name: row for row in figures(seen)}
    false, f1 = rows["H.264 crf 34: false events"], rows["H.264 crf 28, 2 px: micro F1"]
    assert (false.value, false.met) == (1, False) and false.note.startswith("10.0 min")
    assert not f1.met and f1.note == "5 hits, 1 missed, 0 false" and f1.goal == ">= 0.950"
