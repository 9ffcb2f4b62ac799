"""`make bench-perception`: what perception promises, measured; about an hour and a half on two quiet cores.

The real-time half runs the whole graph as processes over DDS (``benchmarks.realtime``); the other spots
offline on made streams that nothing was tuned on (``benchmarks.spotting``). Each has a table and a file of
its own, and runs alone too.
"""

from __future__ import annotations

from benchmarks import realtime, spotting
from benchmarks.table import no_options, publish

MINUTES = 10.0
"""Of the memory part."""


def main() -> int:
    """Measure and publish both halves, one after the other."""
    met = publish("realtime", realtime.measure(MINUTES))
    return 0 if publish("spotting", spotting.figures(None)) and met else 1


if __name__ == "__main__":
    no_options(__doc__)
    raise SystemExit(main())
