"""When faces are searched, how much of the picture at once, and when movements are searched on a face.

Times are those of the stamps, so that nothing depends on the speed of the machine.
"""

from __future__ import annotations

from mer_ros.face.search import search_parts
from mer_ros.spotting.config import WatcherConfig
from mer_ros.spotting.spotter import SEARCH_PERIOD_S

_MAX_TILES = 4  # per search, each takes 1.5 ms
_MIN_SEARCH_INTERVAL_S = 0.016
_FOUND_AT_ONCE = 2  # faces that are found within ``background_delay_s``; more of them take longer
_SEARCHED_AT_ONCE = 2  # faces whose movements are searched as often as that of one; of more, less often
_BEHIND = 2.0  # times as long between searches for movements, while frames wait
_LATER_BEHIND = 3.0  # times as late is a detection used then, so that no frame waits for it


def background_delay_s(config: WatcherConfig, n_faces: int, behind: bool) -> float:
    """Delay at which a detection in the background is used: finding more faces takes longer.

    behind: whether frames wait.
    """
    return config.background_delay_s * max(n_faces / _FOUND_AT_ONCE, _LATER_BEHIND if behind else 1.0)


def search_interval_s(config: WatcherConfig, image_wh: tuple[int, int]) -> float:
    """Time between two searches while no face is known: shorter for a picture of many parts."""
    wanted_s = config.search_round_s / _n_parts(config, image_wh)
    return min(max(wanted_s, _MIN_SEARCH_INTERVAL_S), config.detection_interval_s)


def n_tiles(config: WatcherConfig, image_wh: tuple[int, int], frame_period_s: float) -> int:
    """Parts of the picture, beside the whole, that one search covers while no face is known."""
    interval_s = max(frame_period_s, search_interval_s(config, image_wh))
    return min(max(round(interval_s * _n_parts(config, image_wh) / config.search_round_s), 1), _MAX_TILES)


def movement_search_period_s(n_faces: int, behind: bool) -> float:
    """Time between two searches for movements on one face. behind: whether frames wait."""
    return SEARCH_PERIOD_S * max(n_faces / _SEARCHED_AT_ONCE, _BEHIND if behind else 1.0)


def _n_parts(config: WatcherConfig, image_wh: tuple[int, int]) -> int:
    return len(search_parts(image_wh, config.min_interocular_px))
