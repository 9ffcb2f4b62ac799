"""Phrases of texts and pictures in several languages, one file each, entered in ``catalogue``.

``Phrases`` is imported on first use: the description of the graph lists the languages and needs no numpy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mer_ros.catalogue import lazy_names
from mer_ros.explanation.languages.catalogue import DEFAULT_LANGUAGE, LANGUAGES

if TYPE_CHECKING:
    from mer_ros.explanation.languages.phrases import Phrases

__all__ = ["DEFAULT_LANGUAGE", "LANGUAGES", "Phrases"]

__getattr__ = lazy_names(__name__, {"Phrases": "phrases"})
