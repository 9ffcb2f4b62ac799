"""The fit of the reader of action units: mirror-symmetric logistic regressions, and their calibration."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

from mer_ros.explanation.action_units import Logistic
from mer_ros.motion.normalisation import mirror_flow

F32 = NDArray[np.float32]
Floats = NDArray[np.float64]

_ITERATIONS, _TOLERANCE = 200, 1e-7
_LEAST_SHARE = 1e-3
"""The offset starts at the log odds of a unit, of at least this share."""

SCALE, SCALE_WEIGHT = 1.0, 4.0
"""Mean of the prior of the scale of a calibration, and its weight, 1 / variance: for units rarely shown."""

LEAST_SCALE = 0.1
"""The scale is at least this, so that a unit that looks different on the unseen head is still ranked."""

OFFSETS = 20.0
"""Largest size of the offset of a calibration."""


def fit_sides(samples: F32, present: NDArray[np.bool_], penalty: float) -> tuple[F32, F32]:
    """Weight (K, 3, S, S) and bias (K,) that tell whether each unit moves on the person's right.

    They minimise the mean cross-entropy over both sides + penalty / 2 |weight|^2 for each unit, where the
    left side of a sample is the right side of its mirror image. samples: (N, 3, S, S) normalised. present:
    (N, K, 2), right and left.
    """
    n, k = present.shape[:2]
    flat = np.concatenate([samples, mirror_flow(samples)]).reshape(2 * n, -1)
    moving = np.abs(flat).max(0) > 0  # the samples are 0 outside the face window
    x = np.ascontiguousarray(flat[:, moving], np.float32)
    truth = np.concatenate([present[..., 0], present[..., 1]]).astype(np.float32)  # (2N, K)
    share = np.clip(truth.mean(0, dtype=np.float64), _LEAST_SHARE, 1 - _LEAST_SHARE)

    def loss_and_slope(values: Floats) -> tuple[float, Floats]:
        both = values.reshape(-1, k).astype(np.float32)  # the weights of the pixels, then the offset
        z = x @ both[:-1] + both[-1]
        loss = float((np.logaddexp(0, z) - z * truth).sum(dtype=np.float64)) / (2 * n)
        error = (expit(z) - truth) / np.float32(2 * n)
        slope = np.vstack([x.T @ error + np.float32(penalty) * both[:-1], error.sum(0)])
        return loss + penalty / 2 * float((both[:-1] ** 2).sum()), slope.ravel().astype(np.float64)

    start = np.vstack([np.zeros((x.shape[1], k)), np.log(share / (1 - share))]).ravel()
    options = {"maxiter": _ITERATIONS, "ftol": _TOLERANCE}
    found = minimize(loss_and_slope, start, jac=True, method="L-BFGS-B", options=options).x.reshape(-1, k)
    weight = np.zeros((k, flat.shape[1]), np.float32)
    weight[:, moving] = found[:-1].T
    return weight.reshape(k, *samples.shape[1:]), found[-1].astype(np.float32)


def calibration(scores: F32, present: NDArray[np.bool_]) -> tuple[Logistic, Logistic]:
    """``ActionUnitReader.moved`` and ``one_sided``, from (N, K, 2) scores and truth of both sides."""
    right, left = present[..., 0], present[..., 1]
    lead, shown = scores[..., 0] - scores[..., 1], np.tile(right | left, (2, 1))
    truth = np.concatenate([right & ~left, left & ~right])
    one_sided = fit_logistic(np.concatenate([lead, -lead]), truth, shown, most_offset=0.0)
    return fit_logistic(scores.max(-1), right | left), one_sided


def fit_logistic(
    scores: F32, truth: NDArray[np.bool_], used: NDArray[np.bool_] | None = None, most_offset: float = OFFSETS
) -> Logistic:
    """Scale and offset for each unit, of the largest posterior probability (Platt, 1999).

    scores, truth: (N, K). used: (N, K), the samples to fit to; None: all. most_offset: upper limit of the
    offset. The scale has a lower limit and a normal prior, which decides where a unit is rarely shown.
    """
    used = np.ones(truth.shape, bool) if used is None else used
    columns = zip(scores.T, truth.T, used.T, strict=True)
    found = [_platt(score[own], true[own], most_offset) for score, true, own in columns]
    return Logistic(*np.array(found, np.float32).T)


def _platt(scores: F32, truth: NDArray[np.bool_], most_offset: float) -> Floats:
    z, y = scores.astype(np.float64), truth.astype(np.float64)
    share = (y.sum() + 1) / (len(y) + 2)

    def loss_and_slope(values: Floats) -> tuple[float, Floats]:
        scale, offset = values
        logit = scale * z + offset
        error = expit(logit) - y
        loss = float((np.logaddexp(0, logit) - logit * y).sum()) + SCALE_WEIGHT / 2 * (scale - SCALE) ** 2
        return loss, np.array([error @ z + SCALE_WEIGHT * (scale - SCALE), error.sum()])

    start = np.array([SCALE, min(np.log(share / (1 - share)), most_offset)])
    bounds = [(LEAST_SCALE, None), (-OFFSETS, most_offset)]
    return np.asarray(minimize(loss_and_slope, start, jac=True, method="L-BFGS-B", bounds=bounds).x)
