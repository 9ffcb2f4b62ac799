"""How ME-PLAN is trained: as every network, but in episodes."""

from __future__ import annotations

import torch

from mer_ros.recognition.systems.me_plan import MePlan
from mer_ros.training.config import OptimiserConfig, TrainConfig
from mer_ros.training.episodic_trainer import EpisodicTrainer
from mer_ros.training.families.networks import trainer_of
from mer_ros.training.trainer import Trainer


@trainer_of.register
def _episodic(system: MePlan, options: OptimiserConfig, config: TrainConfig, target: torch.device) -> Trainer:
    return EpisodicTrainer(system, options, target, config.seed, mirror=config.mirrors)
