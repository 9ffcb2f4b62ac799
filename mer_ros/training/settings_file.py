"""Training settings from YAML files: a user's own, or those shipped in ``config/train``."""

from __future__ import annotations

from pathlib import Path

import yaml

from mer_ros.errors import ConfigError, unknown_name
from mer_ros.files import config_file
from mer_ros.recognition import names
from mer_ros.recognition.settings import settings_from
from mer_ros.training.config import TrainConfig
from mer_ros.training.families.choice import family_of


def load(path: Path) -> TrainConfig:
    """The settings in a YAML file. ConfigError names an unknown key, a wrong value or an unread setting."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(
            f"The settings {path} cannot be read ({error.strerror}): check the path."
        ) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        fault = " ".join(str(error).split())
        raise ConfigError(f"The settings {path} are not YAML ({fault}): correct the file.") from error
    config = settings_from(TrainConfig, content, str(path))
    family_of(config)
    return config


def named(name: str) -> TrainConfig:
    """The settings in a YAML file, given its path, or the shipped ones of a name."""
    return load(Path(name)) if name.endswith((".yaml", ".yml")) else default(name)


def default(name: str) -> TrainConfig:
    """The settings shipped as ``config/train/NAME.yaml``, or the defaults of the system of that name."""
    path = config_file(f"train/{name}.yaml")
    if path.is_file() and path.name == f"{name}.yaml":
        return load(path)
    if name in names():
        config = TrainConfig(name)
        family_of(config)
        return config
    shipped = sorted({*names(), *(one.stem for one in path.parent.glob("*.yaml"))})
    raise unknown_name("recognition system", name, shipped)
