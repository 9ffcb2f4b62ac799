"""Reduce the font of pictures to the characters that they can need: `python scripts/reduce_font.py SOURCE`.

SOURCE is NotoSansCJKjp-Regular.otf of the Noto fonts (SIL Open Font License 1.1). The result, with Latin and
kana and the characters of all phrases, replaces ``mer_ros/visualisation/fonts/NotoSansCJKjp-Reduced.otf``.
Repeat it after a phrase with a new character is added: a test names the missing ones.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from mer_ros.explanation.languages import LANGUAGES  # noqa: E402

TARGET = ROOT / "mer_ros/visualisation/fonts/NotoSansCJKjp-Reduced.otf"
RANGES = (range(0x20, 0x7F), range(0xA0, 0x180), range(0x2010, 0x2027), range(0x3000, 0x3100))
"""Basic Latin, Latin with accents, punctuation, and kana with their punctuation."""


def characters() -> set[int]:
    """Code points of the ranges and of all phrases."""
    found = {code for part in RANGES for code in part}
    for _, phrases in LANGUAGES:
        for field in dataclasses.fields(phrases):
            value = getattr(phrases, field.name)
            words = [value] if isinstance(value, str) else value.values()
            found |= {ord(character) for word in words for character in word}
    return found


def reduce_font(source: Path, target: Path) -> None:
    """Write the reduced font; the same source gives the same bytes."""
    options = Options()
    options.layout_features = ["kern"]
    options.name_IDs = ["*"]
    options.hinting = False
    options.desubroutinize = True
    font = TTFont(source, recalcTimestamp=False)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=characters())
    subsetter.subset(font)
    font.save(target)


def main() -> None:
    """Reduce the font given on the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("source", type=Path)
    reduce_font(parser.parse_args().source, TARGET)
    print(f"{TARGET}: {TARGET.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
