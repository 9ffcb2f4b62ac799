"""First part of `make bench-perception`: real time and spotting; takes about an hour on two idle cores.

The real-time half runs the complete graph as processes over DDS (``benchmarks.realtime``). The other half
runs the spotter offline on synthetic streams that were not used for tuning (``benchmarks.spotting``). Each
half has its own table and results file and can be run separately.
"""

from __future__ import annotations

from benchmarks import realtime, spotting
from benchmarks.table import no_options, publish

MINUTES = 10.0
"""Duration of the memory run."""


def main() -> int:
    """Measure and publish both halves, one after the other."""
    met = publish("realtime", realtime.measure(MINUTES))
    return 0 if publish("spotting", spotting.figures(None)) and met else 1


if __name__ == "__main__":
    no_options(__doc__)
    raise SystemExit(main())
