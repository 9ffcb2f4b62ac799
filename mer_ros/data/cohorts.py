"""People of a cohort: data sets that show the same people write their names in different ways.

One person is "S01" in the sheet of MMEW, and "01" or "sub01" in the folders of its macro-expressions. Within
a cohort, a name is therefore compared without "s" or "sub" before its number, punctuation and leading zeros.
Within one data set, names stay as strict as in ``names``.

>>> unify_cohorts(["mmew"] * 3, ["mmew", "mmew-macro", "mmew-macro"], ["S01", "01", "sub02"]).subjects
['S01', 'S01', 'sub02']
"""

from __future__ import annotations

from collections.abc import Sequence

from mer_ros.data.names import Clash, Unified, name_key, name_parts, unify
from mer_ros.data.notes import Notes

_PREFIXES = ("s", "sub", "subject")


def person_key(name: str) -> tuple[str, ...]:
    """Equal for the names of one person of a cohort.

    >>> person_key("S01") == person_key("sub-1") == person_key("001"), person_key("S01") == person_key("S10")
    (True, False)
    """
    parts = name_parts(name)
    numbered = len(parts) > 1 and parts[0] in _PREFIXES and parts[1][0].isdecimal()
    return parts[1:] if numbered else parts


def unify_cohorts(cohorts: Sequence[str], datasets: Sequence[str], subjects: Sequence[str]) -> Unified:
    """One spelling for each cohort and each person of it, that of the first clip of the person.

    The three have one entry per clip; data sets and subjects are unified among themselves (``unify``). The
    result holds the cohorts as ``datasets``. A clash for two names of one data set that may be one person,
    and for two data sets of a cohort without any person in common, whose names are then of two kinds.
    """
    groups = unify(cohorts, [""] * len(cohorts))
    notes, people, clashes = Notes(), list(subjects), list(groups.clashes)
    for cohort in dict.fromkeys(groups.datasets):
        own = [i for i, name in enumerate(groups.datasets) if name == cohort]
        name_of: dict[tuple[str, ...], str] = {}
        noted: set[str] = set()
        spelled: dict[str, dict[tuple[str, ...], str]] = {}
        for i in own:
            name, key = subjects[i], person_key(subjects[i])
            people[i] = name_of.setdefault(key, name)
            names = spelled.setdefault(datasets[i], {})
            if names.setdefault(key, name) != name:
                clash = f"subjects {names[key]!r} and {name!r} of {datasets[i]!r} may be one person or two"
                clashes.append(Clash(f"{clash}: write each subject in one way", i))
            if name not in noted and name_key(name) != name_key(people[i]):
                noted.add(name)
                _note(name, people[i], cohort, notes)
        clashes += _strangers(cohort, spelled, [datasets[i] for i in own], own)
    return Unified(groups.datasets, people, (*groups.notes, *notes.sentences), tuple(clashes))


def _note(name: str, person: str, cohort: str, notes: Notes) -> None:
    notes.tally(
        ("name of a subject was", "names of subjects were"),
        "read as that of a person in a data set of the same people",
        f"{name!r} is {person!r} of {cohort}",
    )


def _strangers(
    cohort: str, spelled: dict[str, dict[tuple[str, ...], str]], datasets: Sequence[str], own: Sequence[int]
) -> list[Clash]:
    """A clash for each data set of a cohort without any person of its first one."""
    first, *others = spelled
    return [
        Clash(
            f"{first!r} and {other!r} show the same people, but no subject of {other!r}, such as "
            f"{next(iter(spelled[other].values()))!r}, is one of {first!r}, such as "
            f"{next(iter(spelled[first].values()))!r}: write each subject in one way",
            own[datasets.index(other)],
        )
        for other in others
        if not spelled[first].keys() & spelled[other].keys()
    ]
