"""The scene of each head."""

from __future__ import annotations

from mer_ros.data.synthetic.heads import SculptedHead
from mer_ros.data.synthetic.photograph import Photograph
from mer_ros.data.synthetic.scenes.photographed import PhotographedScene
from mer_ros.data.synthetic.scenes.scene import Scene
from mer_ros.data.synthetic.scenes.sculpted import SculptedScene
from mer_ros.data.synthetic.subject import Subject
from mer_ros.errors import require


def scene_of(
    subject: Subject,
    size_wh: tuple[int, int],
    face_width_px: float,
    tone: float = 0.0,
    photograph: Photograph | None = None,
) -> Scene:
    """The scene of a subject's head.

    tone: strength of the subject's luminance, 0..1; photograph: the picture to move, the built-in one if
    None. Both are for the head of the photograph: a sculpted subject always has its own skin. Raises
    ConfigError for a photograph of a sculpted subject.
    """
    if not isinstance(subject.head, SculptedHead):
        return PhotographedScene(subject, size_wh, face_width_px, tone, photograph)
    if photograph is not None:
        require_photographed(subject)
    return SculptedScene(subject, size_wh, face_width_px)


def require_photographed(subject: Subject) -> None:
    """Raise ConfigError if no photograph can show the head of a subject."""
    require(
        not isinstance(subject.head, SculptedHead),
        f"subject {subject.id} has a parametric head, which no photograph can show: leave the photograph "
        "away or choose the head 'photograph'.",
    )
