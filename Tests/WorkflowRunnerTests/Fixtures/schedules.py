"""Records learning rates and momentums of several optimizers, and of MMClassification's own policy.

Usage: schedules.py > schedules.json, with mmcv 1.7.2 and mmcls 0.25.0.
"""
import copy
import json
import logging

import mmcls.core  # noqa: F401, registers CosineAnnealingCooldown
import torch
from mmcv.runner import EpochBasedRunner, Hook

GAN = {
    "generator": {"type": "SGD", "groups": [{"lr": 0.1, "momentum": 0.9}, {"lr": 0.02, "momentum": 0.8}]},
    "discriminator": {"type": "Adam", "groups": [{"lr": 0.001, "betas": [0.5, 0.999]}]},
}
NET = {"net": {"type": "SGD", "groups": [{"lr": 0.1, "momentum": 0.9}]}}
CASES = [
    ("step", GAN, {"policy": "step", "step": [1, 2], "gamma": 0.5, "warmup": "linear", "warmup_iters": 3},
     {"policy": "step", "step": 2, "warmup": "exp", "warmup_iters": 4}),
    ("one cycle", GAN, {"policy": "OneCycle", "max_lr": {"generator": [0.3, 0.1], "discriminator": [0.2]}},
     {"policy": "OneCycle", "base_momentum": {"generator": [0.8, 0.7], "discriminator": [0.6]},
      "max_momentum": 0.9, "three_phase": True}),
    ("cyclic", GAN, {"policy": "cyclic", "cyclic_times": 2, "gamma": 0.5, "step_ratio_up": 0.3},
     {"policy": "cyclic", "anneal_strategy": "linear", "warmup": "constant", "warmup_iters": 2}),
    ("cool-down", NET, {"policy": "CosineAnnealingCooldown", "min_lr": 0.01, "cool_down_time": 2,
                        "warmup": "linear", "warmup_iters": 1, "warmup_by_epoch": True}, None),
    ("cool-down by iterations", NET,
     {"policy": "CosineAnnealingCooldown", "min_lr_ratio": 0.1, "cool_down_ratio": 0.5,
      "cool_down_time": 4, "by_epoch": False}, None),
]


class Model(torch.nn.Module):
    def train_step(self, data, optimizer, **kwargs):
        return {"log_vars": {}, "num_samples": 1}


class Recorder(Hook):
    def __init__(self):
        self.rows = []

    def before_train_iter(self, runner):
        self.rows.append({"lr": runner.current_lr(), "momentum": runner.current_momentum()})


def optimizer(config):
    groups = [dict(group, params=[torch.nn.Parameter(torch.zeros(1))]) for group in config["groups"]]
    return getattr(torch.optim, config["type"])(groups, lr=0.1)


cases = []
for name, optimizers, lr, momentum in CASES:
    runner = EpochBasedRunner(
        Model(), optimizer={k: optimizer(v) for k, v in optimizers.items()},
        logger=logging.getLogger("x"), max_epochs=4)
    runner.register_training_hooks(
        copy.deepcopy(lr), momentum_config=copy.deepcopy(momentum), timer_config=None)
    recorder = Recorder()
    runner.register_hook(recorder, priority="LOWEST")
    runner.run([torch.utils.data.DataLoader(range(3))], [("train", 1)])
    case = {"name": name, "optimizers": optimizers, "lr_config": lr, "rows": recorder.rows}
    if momentum:
        case["momentum_config"] = momentum
    cases.append(case)
print('{"source": "mmcv 1.7.2, mmcls 0.25.0", "cases": [')
print(",\n".join(json.dumps(case) for case in cases))
print("]}")
