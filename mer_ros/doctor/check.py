"""What a check is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from mer_ros.doctor.facts import Facts
from mer_ros.doctor.finding import Finding


@dataclass(frozen=True)
class Check:
    """A check of the machine, entered in ``CHECKS``.

    Parameters
    ----------
    judge : findings from facts; it must not change anything.
    packages : names of packages whose versions it reads in ``Facts.versions``.
    trial : Python code to run in a process of its own, "" for none; ``Facts.trials`` holds its result under
        the name of the check.
    reads_graph : whether it reads ``Facts.graph``. The graph is probed before the first such check.
    """

    judge: Callable[[Facts], Iterable[Finding]]
    packages: tuple[str, ...] = ()
    trial: str = ""
    reads_graph: bool = False
