import numpy as np

from mer_ros.motion.meter import REFERENCE_GAIN
from mer_ros.spotting.rest_position import RestPosition


def test_until_the_reference_is_renewed_measurements_stay_as_they_are():
    rest = RestPosition(2)
    rest.add_quiet_frame(np.array([1.0, 2.0], np.float32))
    np.testing.assert_array_equal(rest.absolute(np.ones(2, np.float32)), [1, 1])


def test_a_renewed_reference_is_offset_by_the_average_of_the_quiet_frames():
    rest, average, resting = RestPosition(2), np.zeros(2), np.array([0.02, -0.01], np.float32)
    for _ in range(5):
        rest.add_quiet_frame(resting)
        average += REFERENCE_GAIN * (resting - average)
    rest.renew_reference()
    np.testing.assert_allclose(rest.absolute(resting - average.astype(np.float32)), resting, atol=1e-7)
