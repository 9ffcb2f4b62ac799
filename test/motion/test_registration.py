"""Flow and rigid head on a warped photograph, whose movement is known."""

import cv2
import numpy as np
import pytest

from mer_ros.face.regions import MOTION_GROUPS
from mer_ros.motion import registration
from mer_ros.motion.optical_flow import flow_at_landmarks


def warped(crop, dx, dy):
    """The crop moved forward by the fields dx, dy (small, so the inverse is the negated field)."""
    y, x = np.mgrid[:128, :128].astype(np.float32)
    return cv2.remap(crop, x - dx.astype(np.float32), y - dy.astype(np.float32), cv2.INTER_CUBIC)


def test_a_rigid_head_is_fitted_exactly_without_noise(aligned):
    _, points = aligned
    head = registration.RigidHead(points)
    wanted = np.array([0.01, -0.02, 1.5, -0.7, 0.03, -0.04])
    np.testing.assert_allclose(head.fit(head.motion(wanted)), wanted, atol=1e-5)


def test_a_mouth_that_moves_does_not_bend_the_head(aligned):
    _, points = aligned
    head = registration.RigidHead(points)
    wanted = np.array([0.0, 0.01, 0.5, 0.2, 0.0, 0.0])
    motion = head.motion(wanted)
    motion[list(MOTION_GROUPS["right lip corner"])] += 3.0
    np.testing.assert_allclose(head.motion(head.fit(motion)), head.motion(wanted), atol=0.02)


def test_head_movement_leaves_almost_nothing(aligned):
    crop, points = aligned
    turn = cv2.getRotationMatrix2D((64, 64), 0.7, 1.0)
    turn[:, 2] += (1.3, -0.8)
    after = cv2.warpAffine(crop, turn, (128, 128), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    left = flow_at_landmarks(registration.residual_flow(crop, after, points), points)
    groups = [np.linalg.norm(left[list(members)].mean(axis=0)) for members in MOTION_GROUPS.values()]
    assert max(groups) < 0.12


def test_a_raised_lip_corner_is_measured_during_head_movement(aligned):
    crop, points = aligned
    y, x = np.mgrid[:128, :128]
    cx, cy = points[291, :2]
    near = np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (2 * 9.0**2))
    after = warped(crop, 0.8 + 0 * near, -0.5 - 1.2 * near)
    left = flow_at_landmarks(registration.residual_flow(crop, after, points), points)
    assert left[291, 1] == pytest.approx(-1.2, abs=0.35)
    assert abs(left[61, 1]) < 0.25, "the other corner rests"


def test_depth_map_follows_the_landmarks(aligned):
    _, points = aligned
    depth = registration.depth_map(points, 128)
    nose, cheek = points[4], points[234]
    assert depth[int(nose[1]), int(nose[0])] == pytest.approx(nose[2], abs=4)
    assert depth[int(nose[1]), int(nose[0])] < depth[int(cheek[1]), int(cheek[0])] - 10
    assert np.isfinite(depth).all()


def test_several_faces_at_once_are_measured_as_each_alone(aligned):
    crop, points = aligned
    y, x = np.mgrid[:128, :128]
    bump = np.exp(-(((x - 45) / 9) ** 2 + ((y - 88) / 9) ** 2))
    faces = [warped(crop, k * bump, -0.5 * k * bump) for k in (0.5, 1.0, 2.0)]
    together = list(registration.residual_flows(crop, faces, points))
    assert len(together) == 3
    for face, flow in zip(faces, together, strict=True):
        assert np.array_equal(flow, registration.residual_flow(crop, face, points))
