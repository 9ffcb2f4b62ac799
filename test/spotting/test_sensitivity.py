import itertools

import numpy as np
import pytest

from mer_ros.data.synthetic.sensor import SensorNoise
from mer_ros.face.regions import MOTION_GROUPS
from mer_ros.spotting import FaceWatcher
from mer_ros.spotting.config import SpotterConfig, WatcherConfig
from mer_ros.spotting.noise_model import NoiseModel
from mer_ros.spotting.sensitivity import Sensitivity, weakest_events
from mer_ros.spotting.unit_patterns import unit_patterns
from mer_ros.types import Frame

NAMES = list(MOTION_GROUPS)


def sensitivity(weakest, **others):
    weakest = np.array(weakest)
    values = {"id": "face_1", "interocular_px": 60.0, "over": 0.0, "under": 0.0, **others}
    return Sensitivity(noise=weakest / 6, weakest=weakest, **values)


def test_the_weakest_event_is_where_the_spotter_would_take_it():
    noise, config = NoiseModel(0.3), SpotterConfig(min_motion=0.0001, min_snr=5.0)
    weakest = weakest_events(noise, config.min_snr, config.min_motion)
    assert weakest.shape == (len(NAMES),) and np.isfinite(weakest).all()
    patterns = unit_patterns()
    brow = patterns.moved[patterns.names.index("AU1R")]
    size = np.linalg.norm(brow.reshape(-1, 2), axis=1)[NAMES.index("right inner brow")]
    needed = weakest[NAMES.index("right inner brow")] / size * brow
    assert (needed @ noise.filters).max() <= 1.2 * config.min_snr
    assert weakest_events(noise, config.min_snr, 0.5) == pytest.approx(np.full(len(NAMES), 0.5))


def test_words_name_the_quietest_and_the_noisiest_region_in_pixels_and_shares():
    weakest = np.full(len(NAMES), 0.01)
    weakest[NAMES.index("chin")], weakest[NAMES.index("right cheek")] = 0.02, 0.005
    words = str(sensitivity(weakest))
    assert words == (
        "face_1, 60 px between the eyes: smallest detectable movement from 0.30 px (0.5%) at the right cheek "
        "to 1.20 px (2.0%) at the chin"
    )


def test_words_of_a_face_with_equal_noise_in_all_regions():
    assert str(sensitivity(np.full(len(NAMES), 0.01))).endswith(
        "smallest detectable movement 0.60 px (1.0%) everywhere"
    )


def test_words_describe_faults_of_the_light_and_unmeasured_regions():
    weakest = np.full(len(NAMES), 0.01)
    assert "; 20% of the face is over-exposed" in str(sensitivity(weakest, over=0.2))
    assert "; 9% of the face is under-exposed" in str(sensitivity(weakest, under=0.09))
    assert "exposed" not in str(sensitivity(weakest, over=0.02, under=0.02))
    assert "cannot be judged (too small)" in str(sensitivity(weakest, quality="too small"))


def test_fault_91_words_name_the_compression():
    words = str(sensitivity(np.full(len(NAMES), 0.01), over=0.2, compression="strong compression: blocks"))
    assert words.endswith("everywhere; 20% of the face is over-exposed; strong compression: blocks")


def sensitivities_after(clip, seconds, config=None, change=lambda image: image):
    watcher = FaceWatcher(config)
    assert watcher.sensitivities() == ()
    for i in range(int(seconds * clip.fps)):
        watcher.process(Frame(change(clip.render(i)), 10**18 + i * 10**7))
    watcher.close()
    return watcher.sensitivities()


@pytest.fixture(scope="module")
def clean(clip):
    """Sensitivity of the face after 2 s of the clip."""
    (found,) = sensitivities_after(clip, 2.0)
    return found


def test_a_watcher_reports_the_sensitivity_of_each_face(clean):
    assert clean.id == "face_1" and 50 < clean.interocular_px < 120
    assert clean.noise.shape == clean.weakest.shape == (len(NAMES),)
    config = WatcherConfig().spotter
    assert (clean.weakest >= config.min_motion).all() and (clean.weakest < 0.1).all()
    assert clean.over < 0.05 and clean.under < 0.05 and clean.quality == ""


def test_a_noisy_camera_and_a_bright_one_say_so(clip, clean):
    noise, places = SensorNoise(0, clip.size_wh, 14.0), itertools.count()

    def noisy(image):
        return noise.add(image, next(places))

    (loud,) = sensitivities_after(clip, 2.0, change=noisy)
    assert np.median(loud.noise) > 1.2 * np.median(clean.noise)
    assert (loud.weakest >= clean.weakest - 1e-9).all()
    (bright,) = sensitivities_after(
        clip, 1.0, change=lambda p: np.clip(p * 1.6 + 40.0, 0, 255).astype(np.uint8)
    )
    assert bright.over > 0.2 and "over-exposed" in str(bright)
