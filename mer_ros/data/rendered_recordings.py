"""Rendered expressions under corruptions: each is rendered once, and measured anew for every variant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from mer_ros.data.corruptions import CORRUPTIONS
from mer_ros.data.corruptions.recordings import CLEAN, FLOW, TASK, Measured, Recordings, variants_of
from mer_ros.data.rendered_clips import measured_inputs, mesh_of_worker, shots, true_labels
from mer_ros.data.synthetic.subject import make_subject
from mer_ros.progress import SILENT, Progress
from mer_ros.types import InputKind


@dataclass(frozen=True)
class RenderedRecordings(Recordings):
    """Expressions of subjects. counts: (subject id, number of expressions). seed: of the expressions."""

    counts: tuple[tuple[int, int], ...]
    seed: int = 0

    def __len__(self) -> int:
        """Number of expressions."""
        return sum(n for _, n in self.counts)

    def labels(self) -> list[int]:
        """The label of each expression, index into ``EMOTIONS``; nothing is rendered."""
        return [
            label for subject, n in self.counts for label in true_labels(make_subject(subject), n, self.seed)
        ]

    def measured(
        self,
        corruptions: Sequence[str],
        kinds: Sequence[InputKind] = FLOW,
        progress: Progress = SILENT,
        cores: int = 0,
    ) -> Iterator[Measured]:
        """See ``Recordings``; one process renders all expressions of a subject."""
        import joblib  # imported here: the module must be importable where nothing is rendered

        jobs = (
            joblib.delayed(_of_subject)(subject, n, self.seed, tuple(corruptions), tuple(kinds))
            for subject, n in self.counts
        )
        n_jobs = min(cores or joblib.cpu_count(), len(self.counts))
        progress.started(TASK, len(self))
        done = 0
        for clips in joblib.Parallel(n_jobs, return_as="generator")(jobs):
            yield from clips
            done += len(clips)
            progress.advanced(TASK, done)
        progress.finished(TASK)


def _of_subject(
    subject: int, n: int, seed: int, corruptions: tuple[str, ...], kinds: tuple[InputKind, ...]
) -> list[Measured]:
    found: list[Measured] = []
    with mesh_of_worker() as mesh:
        for number, one in enumerate(shots(make_subject(subject), n, seed)):
            own_seed = seed + 1000 * subject + number
            measured = {}
            for variant in variants_of(corruptions):
                name, severity = variant
                changed = (
                    one
                    if variant == CLEAN
                    else replace(one, shot=CORRUPTIONS.get(name)(one.shot, severity, own_seed))
                )
                measured[variant] = measured_inputs(changed, mesh, kinds)
            found.append(measured)
    return found
