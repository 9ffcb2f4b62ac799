from __future__ import annotations

import numpy as np
import torch

from mer_ros.motion.normalisation import mirror_flow
from mer_ros.recognition import create
from mer_ros.recognition.mirror_averaging import answer, mirrored

SETTINGS = {"size": 24, "decoder_width": 16, "backbone": {"widths": [8, 8, 8, 8], "depths": [1, 1, 1, 1]}}


def test_it_is_the_mirror_of_the_flow():
    x = np.random.default_rng(0).normal(size=(2, 3, 6, 6)).astype(np.float32)
    np.testing.assert_array_equal(mirrored(torch.from_numpy(x)).numpy(), mirror_flow(x))


def test_a_face_and_its_mirror_get_the_same_answer_and_it_is_the_mean():
    torch.manual_seed(0)
    system = create("prototype", SETTINGS).eval()
    x = torch.randn(3, 3, 24, 24)
    with torch.inference_mode():
        one, other = answer(system, x, True), answer(system, mirrored(x), True)
        torch.testing.assert_close(one.logits, other.logits)
        torch.testing.assert_close(one.logits, (system(x).logits + system(mirrored(x)).logits) / 2)
        assert one.distances.shape == (3, 7) and one.latent.shape == (3, 8) and one.reconstruction is None
        assert torch.equal(answer(system, x, False).logits, system(x).logits)
