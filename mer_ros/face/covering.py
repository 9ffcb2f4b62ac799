"""Whether something covers a face: a hand, a cup, a scarf; for as long as it is there.

Each detection of FaceMesh unwraps the face (``face.texture``), and the texture is compared with the same face
at rest (``face.appearance``). The face is covered if the mean difference of one of its areas exceeds a limit,
until it is well below. A face that was never seen without a mask or sunglasses is recognised by
``face.hidden_features``. The limits are our own, measured in ``docs/perception.md``.

The face at rest is an average of frames in which it was well below all limits, without the pixels that
differ, so nothing that stays in front of the face is averaged in. Another appearance (glasses that were put
on, or a face that was first seen behind a hand) replaces it only after it has been seen, unchanged, for
longer than the face at rest had been: at least 20 s, at most 60 s.

Another person is no covering: the whole face is unlike the one at rest (``face.likeness``), not a part of
it. After a cut the second detection decides, since the first may have poor landmarks. Otherwise the face must
be unlike for 0.12 s, itself unchanged, show its mouth and eyes, and differ on both sides, above and below.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mer_ros.face.appearance import Appearance, TextureMeasures
from mer_ros.face.hidden_features import hidden_reason, shows_eyes
from mer_ros.face.likeness import CUT_LIMIT, OTHER_LIMIT, LikenessReference, is_one_sided
from mer_ros.face.texture import area_means

_LIMITS = {
    "mouth and chin": 0.24,
    "right eye": 0.3,
    "left eye": 0.3,
    "forehead": 0.22,
    "right half": 0.15,
    "left half": 0.15,
    "face": 0.1,
}
"""Mean foreignness of an area above which it is covered."""

_NAMED = tuple(_LIMITS)[:4]  # areas that are named where others are covered too
_MAX_NAMED = 2
_RELEASED = 0.7  # of the limits: a covered face is clear again below
_AVERAGED = 0.5  # of the limits: above, a frame is not averaged into the face at rest
_LEAVES_S = 0.3  # so long a thing that leaves still moves at the edge of the face, like an expression
_YOUNG_S = 0.5  # a face at rest that was seen for less is replaced at once: the first landmarks may be poor
_MIN_SEEN_S, _MAX_SEEN_S = 20.0, 60.0  # another appearance replaces the face at rest after this time
_HIDDEN_S = 0.5  # a mask that is not recognised in a single detection is still there
_SUSPECT = 0.25  # of the limits: below, no other person is looked for
_MAX_PAUSE_S = 0.25  # between two detections that decide about another person
_UNLIKE_S = 0.12  # another person without a cut is unlike for so long


class CoverDetector:
    """Compares each detection of one face with its appearance at rest.

    reason: short reason why the face of the latest detection is covered; empty if it is clear. is_other:
    whether the latest detection shows another person.
    """

    def __init__(self) -> None:
        self.reason, self.is_other = "", False
        self._rest: Appearance | None = None
        self._other: Appearance | None = None
        self._hidden_ns = self._over_ns = 0
        self._seen_ns = 0  # latest detection
        self._unlike: LikenessReference | None = None  # what may be another person, and since when
        self._unlike_since_ns = 0
        self._after_cut = False

    @property
    def is_suspect(self) -> bool:
        """Whether the latest detection may show another person."""
        return self._unlike is not None or self._after_cut

    def unlikeness(self, look: TextureMeasures) -> float | None:
        """How unlike a face is to the one at rest, see ``face.likeness``; None if that was never seen."""
        return None if self._rest is None else self._rest.unlikeness(look)

    def refute(self) -> None:
        """Take what may be another person for a covered face, for now."""
        self.is_other, self._unlike = False, None

    def update(self, stamp_ns: int, look: TextureMeasures, after_cut: bool = False) -> str:
        """Process a detection; returns the reason.

        look: of the face in this picture. after_cut: whether the picture is of another scene than that of the
        detection before.
        """
        if (stamp_ns - self._seen_ns) * 1e-9 > _MAX_PAUSE_S:
            self._unlike = None
        self.is_other, self._seen_ns = False, stamp_ns
        if self._rest is None:
            self.reason = self._first_reason(stamp_ns, look)
            if not self.reason:
                self._rest = Appearance(look, stamp_ns)
            return self.reason
        foreign = self._rest.foreign(look)
        shares = area_means(foreign)
        self._after_cut, was_cut = after_cut, self._after_cut
        if was_cut or _over(shares, _SUSPECT):
            self.is_other = self._is_other(stamp_ns, look, foreign, was_cut)
        else:
            self._unlike = None
        over = _over(shares, _RELEASED if self.reason else 1.0)
        if over:
            self._over_ns, self.reason = stamp_ns, _reason(over, shares)
        elif (stamp_ns - self._over_ns) * 1e-9 > _LEAVES_S:
            self.reason = ""
        if not self.reason:
            self._other = None
            self._rest.see(stamp_ns)
            if not _over(shares, _AVERAGED):
                self._rest.add(look, foreign)
        elif over and not self._after_cut and self._is_replaced(stamp_ns, look, self._rest.seen_s):
            self._rest, self._other, self.reason = self._other or Appearance(look, stamp_ns), None, ""
        return self.reason

    def _is_other(
        self, stamp_ns: int, look: TextureMeasures, foreign: NDArray[np.float32], after_cut: bool
    ) -> bool:
        """Whether a detection shows another person.

        after_cut: whether the detection before was the first one after a cut.
        """
        unlike = self.unlikeness(look) or 0.0
        if after_cut:
            return unlike > CUT_LIMIT
        old = self._rest is not None and self._rest.seen_s >= _YOUNG_S
        if not (
            old
            and unlike > OTHER_LIMIT
            and shows_eyes(look.texture)
            and not hidden_reason(look.texture)
            and not is_one_sided(foreign)
        ):
            self._unlike = None
            return False
        if self._unlike is None or self._unlike.unlikeness(look.grey) > CUT_LIMIT:
            self._unlike, self._unlike_since_ns = LikenessReference(look.grey), stamp_ns
        return (stamp_ns - self._unlike_since_ns) * 1e-9 >= _UNLIKE_S

    def _first_reason(self, stamp_ns: int, look: TextureMeasures) -> str:
        """Why the face cannot become the face at rest: it shows no mouth or no eyes, or did not just now."""
        hidden = hidden_reason(look.texture)
        if hidden:
            self._hidden_ns = stamp_ns
        elif self.reason and (stamp_ns - self._hidden_ns) * 1e-9 < _HIDDEN_S:
            return self.reason
        return hidden

    def _is_replaced(self, stamp_ns: int, look: TextureMeasures, rest_seen_s: float) -> bool:
        """Average an appearance that is not the one at rest; whether it now replaces that one."""
        if hidden_reason(look.texture):
            self._other = None
            return False
        if rest_seen_s < _YOUNG_S:
            return True
        if self._other is not None:
            foreign = self._other.foreign(look)
            if not _over(area_means(foreign), 1.0):
                self._other.see(stamp_ns)
                self._other.add(look, foreign)
                return self._other.seen_s >= min(max(rest_seen_s, _MIN_SEEN_S), _MAX_SEEN_S)
        self._other = Appearance(look, stamp_ns)
        return False


def _over(shares: dict[str, float], factor: float) -> list[str]:
    """Names of the areas above their limit times a factor."""
    return [name for name, share in shares.items() if share > factor * _LIMITS[name]]


def _reason(names: list[str], shares: dict[str, float]) -> str:
    named = [name for name in names if name in _NAMED] or names[:1]
    if len(named) > _MAX_NAMED:
        return f"covered: most of the face, {shares['face']:.0%} differs from the face at rest"
    share = max(shares[name] for name in named)
    return f"covered: {' and '.join(named)}, {share:.0%} differs from the face at rest"
