#!/usr/bin/env python3
"""Spot, label and explain the expressions in a video, without ROS.

python examples/explain_expressions.py clip.mp4    # or synthetic:1, a clip rendered on the fly
"""

from __future__ import annotations

import argparse

from mer_ros import Pipeline, SourceOptions, open_source


def main() -> None:
    """Print one line for every expression, shortly after it has ended."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", nargs="?", default="synthetic:1", help="a video file, or synthetic:SEED")
    parser.add_argument("--model", default="prototype", help="prototype, micro_attention or me_plan")
    parser.add_argument("--events", type=int, default=7, help="number of expressions in a synthetic clip")
    options = parser.parse_args()
    source = open_source(options.source, SourceOptions(fps=60.0, size_wh=(640, 480), n_events=options.events))
    with Pipeline.load(options.model, explain=True) as pipeline:
        for step in pipeline.run(source):
            for answer in step.answers:
                if answer.explanation:
                    print(f"{answer.event.apex_ns * 1e-9:7.2f} s  {answer.explanation.text}")
    source.close()


if __name__ == "__main__":
    main()
