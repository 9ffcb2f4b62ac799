"""Names of data sets and subjects: one spelling for each, so that no subject counts twice.

Names are one name if they differ only in case, in blanks, in the encoding of a letter, or as "1.0" and "1".
They are ambiguous, and refused, if they differ only in leading zeros or punctuation ("6" and "006", "sub-1"
and "sub1"), or if a blank separates digits ("1 2" and "12"): they may be one person or two. Subjects are
compared within their data set only; one name in two data sets is two subjects.

>>> unified = unify(["casme2", "CASME2 ", "samm"], ["sub01", "Sub 01", "sub01"])
>>> unified.datasets, unified.subjects
(['casme2', 'casme2', 'samm'], ['sub01', 'sub01', 'sub01'])
>>> [clash.sentence for clash in unify(["samm"] * 2, ["6", "006"]).clashes]
["subjects '6' and '006' of 'samm' may be one person or two: write each subject in one way"]
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from mer_ros.data.notes import Notes

MEGC_DATASETS = ("casme2", "samm", "smic")
"""The data sets of MEGC 2019, as its sheet spells them."""

_PUBLISHED = {key: key for key in MEGC_DATASETS} | dict.fromkeys(
    ("casmeii", "casme-ii", "casme_ii", "casme-2", "casme_2"), "casme2"
)
"""Keys of published data sets and their names. CAS(ME)^2 is another data set and has another key."""

_WHOLE = re.compile(r"(\d+)[.,]0+")
_INVISIBLE = ("Cc", "Cf")
_SEPARATING = ("P", "S", "Z", "C")


def whole_number(text: str) -> str:
    """The text, without its fraction if it is a number with a fraction of zeros, as spreadsheets write it.

    >>> whole_number("1.0"), whole_number("001"), whole_number("1.5")
    ('1', '001', '1.5')
    """
    found = _WHOLE.fullmatch(text.strip())
    return found[1] if found else text


def name_key(name: str) -> str:
    """Equal for names that differ only in case, blanks, invisible characters or the encoding of a letter.

    >>> name_key(" Sub 01"), name_key("1.0")
    ('sub01', '1')
    """
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
    return whole_number("".join(c for c in folded if not c.isspace() and not _invisible(c)))


def dataset_key(name: str) -> str:
    """Equal for the spellings of one data set, also published ones.

    >>> dataset_key("CASME II"), dataset_key(" Mine")
    ('casme2', 'mine')
    """
    return _PUBLISHED.get(name_key(name), name_key(name))


def same_name(one: str, other: str) -> bool:
    """Whether two names are one: equal keys, and no blank of one separates digits of the other."""
    return name_key(one) == name_key(other) and _digits(name_parts(one)) == _digits(name_parts(other))


@dataclass(frozen=True)
class Clash:
    """Two names of which nobody can say whether they are one. index: of a clip with the second one."""

    sentence: str
    index: int


@dataclass(frozen=True)
class Unified:
    """datasets, subjects: one name per clip. notes: what was read as what. clashes: ambiguous names."""

    datasets: list[str]
    subjects: list[str]
    notes: tuple[str, ...]
    clashes: tuple[Clash, ...]


def unify(datasets: Sequence[str], subjects: Sequence[str]) -> Unified:
    """One spelling for each data set and each subject: of a published data set the published one, otherwise
    the most frequent one, without blanks around it.
    """
    notes, clashes = Notes(), []
    name_of = _spellings(datasets, _PUBLISHED)
    sets = [name_of[name] for name in datasets]
    _note("data set", name_of, "", notes)
    for one, other in _ambiguous(datasets, lambda name: _PUBLISHED.get(name_key(name), name)):
        clashes.append(
            Clash(
                f"data sets {one!r} and {other!r} may be one or two: write each data set in one way",
                list(datasets).index(other),
            )
        )
    people = list(subjects)
    for dataset in dict.fromkeys(sets):
        own = [i for i, name in enumerate(sets) if name == dataset]
        spelled = [subjects[i] for i in own]
        name_of = _spellings(spelled, {})
        for i in own:
            people[i] = name_of[subjects[i]]
        _note("subject", name_of, f" of {dataset}", notes)
        for one, other in _ambiguous(spelled):
            clashes.append(
                Clash(
                    f"subjects {one!r} and {other!r} of {dataset!r} may be one person or two: write each "
                    "subject in one way",
                    own[spelled.index(other)],
                )
            )
    return Unified(sets, people, notes.sentences, tuple(clashes))


def _spellings(names: Sequence[str], published: Mapping[str, str]) -> dict[str, str]:
    """Every spelling and the name that it is read as."""
    chosen: dict[str, str] = {}
    for name, _ in Counter(names).most_common():
        key = name_key(name)
        tidy = whole_number(" ".join(unicodedata.normalize("NFC", name).split()))
        chosen.setdefault(published.get(key, key), published.get(key, tidy))
    return {name: chosen[published.get(name_key(name), name_key(name))] for name in dict.fromkeys(names)}


def _note(kind: str, name_of: Mapping[str, str], where: str, notes: Notes) -> None:
    for spelling, name in name_of.items():
        if spelling != name:
            notes.tally(
                (f"spelling of a {kind} was", f"spellings of {kind}s were"),
                "unified, since case and blanks make no difference",
                f"{spelling!r} is {name!r}{where}",
            )


def _ambiguous(
    names: Sequence[str], known: Callable[[str], str] = lambda name: name
) -> list[tuple[str, str]]:
    """Pairs of names that may be one or two, each with the first name that it resembles."""
    first_of: dict[tuple[str, ...], str] = {}
    first_with_key: dict[str, str] = {}
    found = []
    for name in dict.fromkeys(names):
        parts, key = name_parts(known(name)), name_key(known(name))
        resembles = first_of.setdefault(parts, name)
        spelled_alike = first_with_key.setdefault(key, name)
        if name_key(known(resembles)) != key:
            found.append((resembles, name))
        elif _digits(name_parts(known(spelled_alike))) != _digits(parts):
            found.append((spelled_alike, name))
    return found


def name_parts(name: str) -> tuple[str, ...]:
    """The words and numbers of a name, without case, punctuation, blanks and leading zeros.

    >>> name_parts("Sub-01 a")
    ('sub', '1', 'a')
    """
    text = unicodedata.normalize("NFKC", whole_number(name)).casefold()
    text = "".join(
        "" if _invisible(c) and not c.isspace() else "\0" if unicodedata.category(c)[0] in _SEPARATING else c
        for c in text
    )
    runs = re.findall(r"\d+|[^\d\0]+", text)
    return tuple((run.lstrip("0") or "0") if run[0].isdecimal() else run for run in runs)


def _digits(parts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(part for part in parts if part[0].isdecimal())


def _invisible(character: str) -> bool:
    return unicodedata.category(character) in _INVISIBLE
