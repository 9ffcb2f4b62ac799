"""Pretrained backbones: from ImageNet, a file of weights, or another checkpoint of mer_ros.

They serve two-stage transfer (ImageNet, then macro-expressions, then micro-expressions). Only the backbone is
loaded; attention, head and prototypes are trained from scratch, or loaded from a checkpoint of mer_ros if
their shapes match (``training.initialisation``).
"""

from __future__ import annotations

import pickle
import socket
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from mer_ros.compat import import_torchvision
from mer_ros.errors import CheckpointError, ConfigError
from mer_ros.recognition import checkpoint
from mer_ros.recognition.model_files import SUFFIX
from mer_ros.recognition.systems.network import Network

IMAGENET = "imagenet"
TRUNK = "trunk."
TORCH_SUFFIXES = (".pth", ".pt")
_ANSWER_S = 10.0  # for which the server of the ImageNet weights may be silent
_COUNTER = "num_batches_tracked"  # missing in older files, and unused here
_LAYERS = ("conv1.", "bn1.", "layer1.", "layer2.", "layer3.", "layer4.")


def is_backbone(source: str) -> bool:
    """Whether a source is plain weights, not a checkpoint of mer_ros: "imagenet" or a torch file."""
    return source == IMAGENET or source.lower().endswith(TORCH_SUFFIXES)


def take_backbone(network: Network, source: str) -> int:
    """Load the weights of ``source`` into the network's trunk; return the number of tensors.

    source: "imagenet" (ResNet-18 from torchvision, downloaded once into its cache), a torch file with such a
    state dict (``.pth``, ``.pt``; read with ``weights_only``), or a safetensors file with such a state dict
    or a checkpoint of mer_ros. Raises ConfigError if weights are missing or do not match.
    """
    found = _weights(source)
    own = network.state_dict()
    wanted = [key for key in own if key.startswith(TRUNK) and not _beside(key)]
    missing = [key for key in wanted if key not in found and not key.endswith(_COUNTER)]
    if missing:
        remedy = (
            "set the strides of the backbone to [1, 2, 2, 2]"
            if "layer1.0.downsample" in missing[0]
            else ("set the depths and widths of the backbone to match")
        )
        raise ConfigError(
            f"The weights of {source!r} lack {len(missing)} of {len(wanted)} tensors of the backbone, first "
            f"{missing[0]!r}: {remedy}."
        )
    for key in wanted:
        if key in found and found[key].shape != own[key].shape:
            shapes = f"{tuple(found[key].shape)} instead of {tuple(own[key].shape)}"
            raise ConfigError(
                f"The weights of {source!r} contain {key!r} as {shapes}: set the shape of the backbone to "
                "match."
            )
    taken = {
        key: value.to(own[key].dtype)
        for key, value in found.items()
        if key in own and value.shape == own[key].shape
    }
    if not all(value.isfinite().all() for value in taken.values()):
        raise ConfigError(f"The weights of {source!r} contain NaN or infinity: fetch them again.")
    network.load_state_dict({**own, **taken})
    return len(taken)


def _beside(key: str) -> bool:
    return ".attention." in key


def _weights(source: str) -> dict[str, Tensor]:
    """Tensors of the trunk by their names in our networks, without the heads of other systems."""
    if source == IMAGENET:
        return _as_trunk(imagenet_weights(), source)
    path = Path(source)
    if path.suffix.lower() in TORCH_SUFFIXES:
        return _as_trunk(_torch_file(path), source)
    if path.suffix == SUFFIX:
        plain = _plain_safetensors(path)
        if plain is not None:
            return _as_trunk(plain, source)
        state = checkpoint.load(path).system.state_dict()
        return {key: value for key, value in state.items() if key.startswith(TRUNK)}
    raise ConfigError(
        f"The weights to start from are {source!r}: give 'imagenet', or a file that ends in .safetensors, "
        ".pth or .pt."
    )


def imagenet_is_cached() -> bool:
    """Whether ``imagenet_weights`` needs no network connection."""
    import_torchvision()
    from torchvision.models import ResNet18_Weights

    return _cached_file(ResNet18_Weights.IMAGENET1K_V1.url).is_file()


def _cached_file(url: str) -> Path:
    """Where torch keeps the file of an address."""
    return Path(torch.hub.get_dir()) / "checkpoints" / url.rpartition("/")[2]


def imagenet_weights() -> Mapping[str, Tensor]:
    """ImageNet weights of ResNet-18 by torchvision, which caches them in torch's folder."""
    import_torchvision()
    from torchvision.models import ResNet18_Weights

    weights = ResNet18_Weights.IMAGENET1K_V1
    before_s = socket.getdefaulttimeout()
    socket.setdefaulttimeout(_ANSWER_S)  # torch gives its download none
    try:
        return weights.get_state_dict(progress=False, check_hash=True, weights_only=True)
    except (OSError, RuntimeError, pickle.UnpicklingError) as error:
        file = _cached_file(weights.url)
        raise ConfigError(
            f"The ImageNet weights of ResNet-18 are not available ({_words(error)}): connect to the internet "
            f"once, or copy {file.name} into {file.parent}, or give the path of that file in place of "
            "'imagenet'."
        ) from error
    finally:
        socket.setdefaulttimeout(before_s)


def _torch_file(path: Path) -> Mapping[str, Tensor]:
    """A state dict, read with ``weights_only``: other content raises ConfigError and is never executed."""
    try:
        found = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # torch documents no exception types for arbitrary files
        raise ConfigError(
            f"The weights {path} cannot be read ({_words(error)}): give a state dict of ResNet-18, or "
            "'imagenet'."
        ) from error
    if not isinstance(found, Mapping) or not all(isinstance(value, Tensor) for value in found.values()):
        raise ConfigError(f"{path} contains no state dict: give one of ResNet-18, or 'imagenet'.")
    return found


def _plain_safetensors(path: Path) -> dict[str, Tensor] | None:
    """The tensors of a safetensors file; None if it is a checkpoint of mer_ros."""
    try:
        with safe_open(path, framework="pt") as file:
            if checkpoint.KEY in (file.metadata() or {}):
                return None
            return {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118  (not a mapping)
    except (OSError, SafetensorError) as error:
        raise CheckpointError(
            f"The weights {path} cannot be read ({_words(error)}): check the path, or train a model with "
            "'mer train'."
        ) from error


def _as_trunk(state: Mapping[str, Tensor], source: str) -> dict[str, Tensor]:
    """Tensors by their names in the trunk, without the last layer (fc) and other tensors."""
    bare = {key.removeprefix(TRUNK): value for key, value in state.items()}
    found = {TRUNK + key: value for key, value in bare.items() if key.startswith(_LAYERS)}
    if not found:
        raise ConfigError(
            f"The weights of {source!r} contain no layer of a ResNet (found "
            f"{', '.join(list(state)[:3]) or 'none'}): give a state dict of ResNet-18."
        )
    return found


def _words(error: BaseException) -> str:
    """The reason in one line."""
    reason = getattr(error, "reason", None) or getattr(error, "strerror", None) or error
    return " ".join(str(reason).split())[:200].rstrip(".")
