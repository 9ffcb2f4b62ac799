"""The type of a check."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from mer_ros.doctor.facts import Facts
from mer_ros.doctor.finding import Finding


@dataclass(frozen=True)
class Check:
    """A check of the machine, listed in ``CHECKS``.

    Parameters
    ----------
    judge : returns findings from facts, without side effects.
    packages : names of the packages whose versions the check reads from ``Facts.versions``.
    trial : Python code to run in a separate process, "" for none. ``Facts.trials`` holds the result under the
        name of the check.
    reads_graph : whether the check reads ``Facts.graph``. The graph is probed before the first such check.
    """

    judge: Callable[[Facts], Iterable[Finding]]
    packages: tuple[str, ...] = ()
    trial: str = ""
    reads_graph: bool = False
