"""The languages by their ISO 639-1 codes: one line each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mer_ros.catalogue import Catalogue

if TYPE_CHECKING:
    from mer_ros.explanation.languages.phrases import Phrases

LANGUAGES: Catalogue[Phrases] = Catalogue(
    "language",
    {
        "en": "mer_ros.explanation.languages.english:PHRASES",
        "de": "mer_ros.explanation.languages.german:PHRASES",
        "ja": "mer_ros.explanation.languages.japanese:PHRASES",
    },
)

DEFAULT_LANGUAGE = "en"
"""That of the pages."""
