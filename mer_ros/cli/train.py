"""`mer train`: a model from made data, into one file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

import typer

from mer_ros.errors import ConfigError
from mer_ros.third_party import need

if TYPE_CHECKING:
    from mer_ros.training.teach import Result
    from mer_ros.training.trainer import Epoch


class Model(str, Enum):
    """The systems that can be trained."""

    prototype = "prototype"
    micro_attention = "micro_attention"
    micro_attention_grey = "micro_attention_grey"
    me_plan = "me_plan"
    lbp_top = "lbp_top"
    lbp_sip = "lbp_sip"
    elcbp = "elcbp"


class Device(str, Enum):
    """Where to compute."""

    auto = "auto"
    cpu = "cpu"
    cuda = "cuda"


def train(
    out: Path = typer.Option(..., help="File to write, NAME.safetensors."),
    model: Model = typer.Option(Model.prototype, help="Which system."),
    data: str = typer.Option(
        "synthetic", help="Training data: synthetic (made flow or clips, as the model reads)."
    ),
    config: Optional[Path] = typer.Option(  # noqa: UP045  (typer reads it at run time, on Python 3.10 too)
        None, help="YAML settings instead of the ones shipped for the model."
    ),
    epochs: Optional[int] = typer.Option(None, min=1, help="Passes over the samples; of networks."),  # noqa: UP045
    samples: Optional[int] = typer.Option(None, min=8, help="Made samples to learn from."),  # noqa: UP045
    seed: Optional[int] = typer.Option(None, min=0, help="Of data, weights and order."),  # noqa: UP045
    device: Device = typer.Option(Device.auto, help="Where to compute."),
    threads: int = typer.Option(0, min=0, help="Processor threads; 0 for as many as there are cores."),
) -> None:
    """Train a model on made data and write its checkpoint."""
    if data != "synthetic":
        raise ConfigError(f"The training data is {data!r}: only 'synthetic' is known.")
    from mer_ros.training.files import check_writable

    check_writable(out)  # before anything heavy is imported
    torch = need("torch")

    from mer_ros.training import config as settings
    from mer_ros.training.run import run
    from mer_ros.training.trainer import Watch

    if threads:
        torch.set_num_threads(threads)
    chosen = settings.load(config) if config else settings.default(model.value)
    if chosen.system != model.value:
        raise ConfigError(f"{config} is for {chosen.system!r} but the model is {model.value!r}: name one.")
    optimiser = replace(chosen.optimiser, **({"epochs": epochs} if epochs else {}))
    changed: dict[str, Any] = {"optimiser": optimiser}
    changed |= {name: value for name, value in (("samples", samples), ("seed", seed)) if value is not None}
    view = _View(optimiser.epochs)
    with view.progress:
        result = run(replace(chosen, **changed), out, device.value, Watch(view.step, view.epoch, view.stage))
    view.show(result)


class _View:
    """The terminal: a bar with the time left, a line per epoch, a table at the end."""

    def __init__(self, epochs: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        self.console = Console()
        self.epochs = epochs
        self.progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=self.console,
        )
        self._task = self.progress.add_task("making data", total=None)

    def step(self, done: int, total: int, loss: float) -> None:
        """A step is done."""
        words = f"training, loss {loss:.3f}"
        self.progress.update(self._task, description=words, completed=done, total=total)

    def stage(self, name: str) -> Callable[[int, int], None]:
        """Some other work begins; what is returned is told how far it is."""
        self.progress.reset(self._task, description=name, total=None)
        return lambda done, total: self.progress.update(self._task, completed=done, total=total)

    def epoch(self, epoch: Epoch) -> None:
        """An epoch is done."""
        from mer_ros.metrics import accuracy, uf1

        confusion, best = epoch.validation, " (best)" if epoch.best else ""
        self.console.print(
            f"epoch {epoch.number + 1:2d} of {self.epochs}: loss {epoch.loss:.3f}, validation accuracy "
            f"{accuracy(confusion):.3f}, UF1 {uf1(confusion):.3f}, {epoch.seconds:.0f} s{best}"
        )

    def show(self, result: Result) -> None:
        """What came out."""
        from rich.table import Table

        from mer_ros.data.synthetic.ceiling import label_ceiling
        from mer_ros.reports.made import RECOGNITION, SPOTTING, ceiling_sentence, digits, share
        from mer_ros.training.teach import SCORES, scores_of

        table = Table("made subjects", "chosen by", "unseen", "ceiling", "unseen of it")
        ceiling = label_ceiling().figures()

        def row(words: str, chosen: float, unseen: float, best: float) -> None:
            table.add_row(words, digits(chosen), digits(unseen), digits(best), share(unseen, best))

        chosen, unseen = scores_of(result.validation), scores_of(result.test)
        for label, best in ceiling["f1"].items():
            row(f"F1 {label}", chosen["f1"][label], unseen["f1"][label], best)
        table.add_section()
        for name in SCORES:
            row(name if name == "accuracy" else name.upper(), chosen[name], unseen[name], ceiling[name])
        self.console.print(table)
        megabytes = result.path.stat().st_size / 1e6
        minutes = result.seconds / 60
        choices = ", ".join(f"{name} {value:g}" for name, value in result.chosen.items())
        self.console.print(f"chosen: {choices}; {minutes:.1f} min", highlight=False)
        for line in (result.data, ceiling_sentence(ceiling), RECOGNITION, SPOTTING):
            self.console.print(line, highlight=False)
        self.console.print(f"{result.path}  {result.model_id}  {megabytes:.1f} MB", soft_wrap=True)
