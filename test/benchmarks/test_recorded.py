"""What a spotter was given gives an equal spotter equal events."""

import numpy as np

from benchmarks.recorded import Recorded, RecordingSpotter, replayed
from mer_ros.face.regions import MOTION_GROUPS
from mer_ros.spotting.face_spotter import FaceSpotter
from mer_ros.spotting.measurement import FaceMeasurement
from mer_ros.spotting.unit_patterns import unit_patterns


def test_a_replay_gives_the_events_of_the_recorded_spotter() -> None:
    patterns = unit_patterns()
    smile = patterns.moved[patterns.names.index("AU12")].reshape(-1, 2)
    smile = 0.02 * smile / np.linalg.norm(smile, axis=1).max()
    rng, recorded, offset = np.random.default_rng(0), Recorded(), 0.0
    spotter, found = RecordingSpotter(recorded=recorded), []
    for i in range(400):
        level = float(np.interp(i / 100, [2.0, 2.15, 2.4], [0, 1, 0]))
        noise = rng.normal(0, 5e-4, (len(MOTION_GROUPS), 2))
        groups = (level * smile + noise - offset).astype(np.float32)
        found += [
            (i * 10_000_000, event) for event in spotter.update(i * 10_000_000, FaceMeasurement(groups))
        ]
        if i < 150:
            spotter.add_quiet_frame()
    assert [event.is_final for _, event in found] == [False, True]
    ((first_ns, event),) = replayed(recorded, FaceSpotter())
    assert event == found[1][1] and first_ns == found[0][0]
