#!/usr/bin/env python3
"""Records steps of every optimizer of torch.optim and of MMClassification's Lamb, with many settings.

Usage: make-optimizer-cases.py    (writes cases/optimizer_steps_more.json; needs torch and mmcls 0.25)
"""
import json
import math
import pathlib
import random

import torch
from mmcls.core.optimizers.lamb import Lamb

HERE = pathlib.Path(__file__).parent
SHAPES = [[2, 2, 3], [3]]
SETTINGS = {
    "SGD": [
        {}, {"lr": 0.1, "momentum": 0.9, "dampening": 0.2, "weight_decay": 0.1, "maximize": True},
        {"lr": 0.05, "momentum": 0.7, "nesterov": True, "maximize": True, "foreach": True},
    ],
    "Adam": [
        {}, {"lr": 0.1, "maximize": True, "amsgrad": True},
        {"lr": 0.1, "weight_decay": 0.2, "decoupled_weight_decay": True},
        {"lr": 0.1, "betas": [0.5, 0.6], "eps": 0.1, "fused": True},
    ],
    "AdamW": [{}, {"lr": 0.1, "maximize": True, "amsgrad": True, "weight_decay": 0.3}],
    "RMSprop": [
        {}, {"lr": 0.05, "momentum": 0.9, "centered": True, "maximize": True, "weight_decay": 0.1},
    ],
    "Adagrad": [
        {}, {"lr": 0.3, "lr_decay": 0.3, "weight_decay": 0.1, "maximize": True,
             "initial_accumulator_value": 0.2, "eps": 0.1},
    ],
    "Adadelta": [
        {}, {"lr": 0.5, "rho": 0.4, "eps": 0.01, "weight_decay": 0.2, "maximize": True},
    ],
    "Adamax": [
        {}, {"lr": 0.2, "betas": [0.3, 0.4], "eps": 0.1, "weight_decay": 0.1, "maximize": True},
    ],
    "NAdam": [
        {}, {"lr": 0.1, "betas": [0.5, 0.7], "weight_decay": 0.1, "momentum_decay": 0.1,
             "maximize": True},
        {"lr": 0.1, "weight_decay": 0.2, "decoupled_weight_decay": True},
    ],
    "RAdam": [
        {}, {"lr": 0.1, "betas": [0.5, 0.7], "weight_decay": 0.1, "maximize": True},
        {"lr": 0.1, "weight_decay": 0.2, "decoupled_weight_decay": True, "eps": 0.01},
    ],
    "ASGD": [
        {}, {"lr": 0.1, "lambd": 0.1, "alpha": 0.5, "t0": 3, "weight_decay": 0.1},
        {"lr": 0.1, "t0": 0, "maximize": True},
    ],
    "Rprop": [
        {}, {"lr": 0.1, "etas": [0.3, 1.7], "step_sizes": [0.05, 0.2]},
        {"lr": 0.1, "maximize": True},
    ],
    "Adafactor": [
        {}, {"lr": 0.1, "weight_decay": 0.1, "d": 2.0},
        {"lr": 1.0, "eps": [0.001, 0.1], "beta2_decay": -0.3},
        {"lr": 0.5, "eps": [None, 0.0], "maximize": True, "d": 1.5},
    ],
    "Lamb": [
        {}, {"lr": 0.1, "bias_correction": False},
        {"lr": 0.1, "weight_decay": 0.1, "betas": [0.5, 0.6], "eps": 0.1},
        {"lr": 0.1, "grad_averaging": False}, {"lr": 0.1, "max_grad_norm": 0.3},
        {"lr": 0.1, "max_grad_norm": 100.0, "trust_clip": True},
        {"lr": 0.1, "weight_decay": 0.0}, {"lr": 0.1, "weight_decay": 0.0, "always_adapt": True},
    ],
}


def steps(item, dtype):
    torch.set_default_dtype(dtype)
    parameters = [
        torch.nn.Parameter(torch.tensor(values).reshape(shape))
        for values, shape in zip(item["init"], item["shapes"])
    ]
    settings = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in item["optimizer"].items() if key != "type"
    }
    name = item["optimizer"]["type"]
    kind = Lamb if name == "Lamb" else getattr(torch.optim, name)
    optimizer = kind([{"params": [parameter]} for parameter in parameters], **settings)
    rows = []
    for gradients in item["grads"]:
        for parameter, gradient in zip(parameters, gradients):
            parameter.grad = (
                None if gradient is None else torch.tensor(gradient).reshape(parameter.shape))
        optimizer.step()
        rows.append([[round(x, 9) for x in p.detach().flatten().tolist()] for p in parameters])
    state = [
        {
            key: value.flatten().tolist() if value.dim() > 0 else value.item()
            for key, value in optimizer.state.get(parameter, {}).items() if value is not None
        } for parameter in parameters
    ]
    torch.set_default_dtype(torch.float32)
    return rows, state


def case(name, optimizer, source):
    def values(shape):
        return [round(source.uniform(-2, 2), 3) for _ in range(math.prod(shape))]

    item = {
        "kind": "steps", "shapes": SHAPES, "init": [values(shape) for shape in SHAPES],
        # The second parameter misses some gradients, and the first step with them.
        "grads": [
            [None if place == 1 and step % 3 == 0 else values(shape)
             for place, shape in enumerate(SHAPES)] for step in range(5)
        ],
        "optimizer": optimizer, "groups": [{} for _ in SHAPES],
    }
    rows, state = steps(item, torch.float32)
    exact, _ = steps(item, torch.float64)
    difference = max(
        abs(a - b) for one, other in zip(rows, exact) for x, y in zip(one, other)
        for a, b in zip(x, y))
    return {
        "name": f"steps/{name}", "input": item,
        "expected": {"params": rows, "state": state, "float64_max_abs_diff": difference},
    }


def main():
    source = random.Random(5)
    cases = [
        case(f"{name.lower()}_{place}", {"type": name, **settings}, source)
        for name, many in SETTINGS.items() for place, settings in enumerate(many)
    ]
    lines = ",\n".join(json.dumps(item) for item in cases)
    text = (
        '{"description": "Steps of every optimizer, as optimizer_steps.", '
        f'"source": "torch {torch.__version__}, mmcls 0.25.0", "cases": [\n{lines}\n]}}\n')
    (HERE / "cases/optimizer_steps_more.json").write_text(text)


main()
