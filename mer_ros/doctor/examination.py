"""Runs all checks of the catalogue on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from mer_ros.doctor.catalogue import CHECKS
from mer_ros.doctor.facts import gather, probe_graph
from mer_ros.doctor.finding import Finding
from mer_ros.doctor.trial import run


def examine(listen_s: float) -> Iterator[Finding]:
    """All findings, in the order of the catalogue. listen_s: duration of counting camera frames, seconds.

    All trials run in parallel. The graph is probed after them, because their CPU load could cause frame
    losses that the tracker does not have.
    """
    checks = list(CHECKS)
    facts = gather({package for _, check in checks for package in check.packages})
    with ThreadPoolExecutor() as pool:
        trials = {name: pool.submit(run, ["-c", check.trial]) for name, check in checks if check.trial}
        probed = False
        for name, check in checks:
            if name in trials:
                facts = replace(facts, trials={**facts.trials, name: trials[name].result()})
            if check.reads_graph and not probed:
                facts = replace(facts, trials={other: trial.result() for other, trial in trials.items()})
                probe, graph = probe_graph(listen_s)
                facts, probed = replace(facts, probe=probe, graph=graph), True
            yield from check.judge(facts)
