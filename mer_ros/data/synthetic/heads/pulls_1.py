"""The pulls of generator 1.0, kept to repeat its samples; the current ones are in ``face.facs``."""

from __future__ import annotations

from mer_ros.face import facs
from mer_ros.face.facs import Pull

PULLS_1: facs.Pulls = {
    "AU1": (  # frontalis, inner part: inner brow up, the forehead above follows
        Pull(107, 0.00, 1.00, (0.11, 0.15)),
        Pull(66, 0.00, 0.55, (0.10, 0.13)),
        Pull(221, 0.00, 0.25, (0.09, 0.06), "upper_lid"),
    ),
    "AU2": (  # frontalis, outer part: outer brow up
        Pull(63, 0.00, 1.00, (0.13, 0.15)),
        Pull(105, 0.00, 0.45, (0.10, 0.13)),
        Pull(225, 0.00, 0.25, (0.09, 0.06), "upper_lid"),
    ),
    "AU4": (  # corrugator, depressor supercilii: brows down and together
        Pull(55, -0.50, -0.85, (0.10, 0.11)),
        Pull(65, -0.55, -0.60, (0.12, 0.11)),
        Pull(52, -0.35, -0.30, (0.13, 0.11)),
        Pull(9, 0.00, -0.35, (0.09, 0.12)),
        Pull(222, -0.10, -0.30, (0.12, 0.06), "upper_lid"),
    ),
    "AU5": (  # levator palpebrae: upper lid up
        Pull(159, 0.00, 1.00, (0.12, 0.045), "upper_lid"),
        Pull(27, 0.00, 0.30, (0.12, 0.04), "upper_lid"),
    ),
    "AU6": (  # orbicularis oculi, outer ring: cheek up, skin gathers at the outer eye corner
        Pull(118, 0.05, 0.95, (0.17, 0.12)),
        Pull(50, -0.05, 0.75, (0.15, 0.14)),
        Pull(23, -0.05, 0.40, (0.15, 0.05), "lower_lid"),
        Pull(35, -0.75, 0.30, (0.10, 0.11)),
        Pull(156, -0.35, -0.35, (0.10, 0.09)),
    ),
    "AU7": (  # orbicularis oculi, inner ring: lids tighten, mostly the lower one
        Pull(145, -0.25, 1.00, (0.13, 0.05), "lower_lid"),
        Pull(23, -0.15, 0.45, (0.14, 0.05), "lower_lid"),
        Pull(159, 0.00, -0.55, (0.12, 0.05), "upper_lid"),
    ),
    "AU9": (  # levator labii alaeque nasi: nose wings and the skin beside the nose up, brows a little down
        Pull(129, -0.10, 1.00, (0.09, 0.12)),
        Pull(126, -0.20, 0.60, (0.08, 0.12)),
        Pull(203, -0.05, 0.50, (0.10, 0.11)),
        Pull(37, 0.00, 0.50, (0.12, 0.07), "upper_lip"),
        Pull(197, 0.00, 0.30, (0.08, 0.12)),
        Pull(55, -0.30, -0.45, (0.09, 0.08)),
        Pull(121, -0.05, 0.35, (0.10, 0.07), "lower_lid"),
    ),
    "AU10": (  # levator labii superioris: upper lip up, the fold beside the nose deepens
        Pull(39, 0.05, 1.00, (0.11, 0.09), "upper_lip"),
        Pull(165, 0.05, 0.75, (0.11, 0.11), "upper_lip"),
        Pull(203, 0.05, 0.50, (0.11, 0.11), "upper_lip"),
        Pull(129, 0.00, 0.25, (0.08, 0.08)),
    ),
    "AU12": (  # zygomaticus major: lip corner up and out, cheek pushed up
        Pull(61, 0.65, 0.80, (0.11, 0.11), back=0.25),
        Pull(206, 0.40, 0.60, (0.13, 0.13), back=0.10),
        Pull(205, 0.15, 0.45, (0.16, 0.14)),
        Pull(43, 0.30, 0.30, (0.12, 0.10)),
    ),
    "AU14": (  # buccinator: the skin round the lip corner is drawn to a point just outside it
        Pull(61, 0.55, 0.10, (0.08, 0.08), back=0.40),
        Pull(214, -0.75, 0.15, (0.10, 0.12)),
        Pull(216, -0.10, -0.50, (0.09, 0.08)),
        Pull(202, 0.05, 0.70, (0.11, 0.09)),
    ),
    "AU15": (  # depressor anguli oris: lip corner down
        Pull(61, 0.10, -1.00, (0.10, 0.10)),
        Pull(43, 0.10, -0.65, (0.11, 0.11)),
        Pull(216, 0.00, -0.35, (0.10, 0.10)),
        Pull(106, 0.15, -0.20, (0.10, 0.10), "lower_lip"),
    ),
    "AU17": (  # mentalis: chin boss and lower lip up
        Pull(199, 0.00, 0.55, (0.17, 0.12), "lower_lip"),
        Pull(208, 0.00, 0.40, (0.11, 0.12), "lower_lip"),
        Pull(17, 0.00, 0.55, (0.16, 0.08), "lower_lip"),
        Pull(0, 0.00, 0.15, (0.14, 0.06), "upper_lip"),
    ),
    "AU20": (  # risorius: lips stretched sideways
        Pull(61, 1.00, -0.10, (0.11, 0.09), back=0.30),
        Pull(43, 0.55, -0.15, (0.12, 0.10)),
        Pull(214, 0.45, 0.00, (0.13, 0.15)),
        Pull(216, 0.40, 0.00, (0.11, 0.10)),
        Pull(91, 0.35, -0.05, (0.10, 0.07), "lower_lip"),
    ),
    "AU23": (  # orbicularis oris: lips tighten and narrow
        Pull(37, 0.00, -0.60, (0.13, 0.05), "upper_lip"),
        Pull(39, -0.20, -0.45, (0.10, 0.06), "upper_lip"),
        Pull(84, 0.00, 0.75, (0.13, 0.06), "lower_lip"),
        Pull(181, -0.20, 0.55, (0.10, 0.07), "lower_lip"),
        Pull(61, -0.65, 0.00, (0.08, 0.07)),
    ),
    "AU25": (  # lips part
        Pull(14, 0.00, -0.90, (0.17, 0.12), "lower_lip"),
        Pull(13, 0.00, 0.25, (0.16, 0.06), "upper_lip"),
    ),
    "AU26": (  # jaw drops: chin and lower lip down, lip corners follow, cheeks are drawn in
        Pull(17, 0.00, -0.70, (0.26, 0.20), "lower_lip"),
        Pull(199, 0.00, -0.80, (0.30, 0.26), "lower_lip", back=0.20),
        Pull(61, -0.10, -0.25, (0.10, 0.10)),
        Pull(172, -0.05, -0.15, (0.20, 0.20), "lower_lip"),
    ),
}
"""As ``facs.PULLS``, without AU24."""
