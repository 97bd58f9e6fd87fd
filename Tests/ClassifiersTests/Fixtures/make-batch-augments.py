"""Records what MMClassification and MMPretrain make of batches by mixing their images.

Writes batch_augments.json next to this file. Run it twice: with mmcls 0.25.0, mmcv 1.7.2 and torch
2.13.0 (CPU), then with mmpretrain 1.2.0 and mmengine 0.10.7, which only compares.
What is random is given: the proportion, the order of the batch, the whole numbers of boxes.
"""

import json
import math
import pathlib
import sys

import numpy as np
import torch

OUT = pathlib.Path(__file__).parent / "batch_augments.json"
SHAPE = (4, 2, 7, 9)
LABELS = [2, 0, 4, 2]
CLASSES = 5
CASES = [
    ("Mixup", {"alpha": 0.2}, 0.3125, []),
    ("Mixup", {"alpha": 0.8}, 0.9173, []),
    ("CutMix", {"alpha": 1.0}, 0.6, [3, 7]),
    ("CutMix", {"alpha": 1.0}, 0.2, [0, 8]),
    ("CutMix", {"alpha": 1.0, "correct_lam": False}, 0.2, [0, 8]),
    ("CutMix", {"alpha": 1.0, "cutmix_minmax": [0.3, 0.9]}, 0.6, [4, 3, 2, 5]),
    ("ResizeMix", {"alpha": 1.0}, 0.4, [3, 4]),
    ("ResizeMix", {"alpha": 1.0, "lam_min": 0.2, "lam_max": 0.6}, 0.9, [6, 1]),
    ("ResizeMix", {"alpha": 1.0, "interpolation": "bicubic"}, 0.1, [4, 4]),
    ("ResizeMix", {"alpha": 1.0, "interpolation": "nearest"}, 0.1, [4, 4]),
    ("ResizeMix", {"alpha": 1.0, "interpolation": "area"}, 0.3, [4, 4]),
]
ORDER = [2, 0, 1, 3]
LOSSES = [
    {"type": "CrossEntropyLoss"},
    {"type": "CrossEntropyLoss", "use_soft": True, "loss_weight": 0.5},
    {"type": "CrossEntropyLoss", "use_sigmoid": True},
    {"type": "LabelSmoothLoss", "label_smooth_val": 0.1},
    {"type": "LabelSmoothLoss", "label_smooth_val": 0.1, "mode": "classy_vision"},
    {"type": "LabelSmoothLoss", "label_smooth_val": 0.1, "mode": "multi_label"},
    {"type": "FocalLoss"},
    {"type": "AsymmetricLoss"},
]


def pattern(shape):
    count = math.prod(shape)
    return torch.tensor([math.sin(0.37 * i) for i in range(count)], dtype=torch.float32).view(shape)


def fixed(lam, integers):
    rest = list(integers)
    np.random.beta = lambda a, b: np.float64(lam)
    np.random.randint = lambda low, high, size=None: rest.pop(0)
    torch.randperm = lambda n: torch.tensor(ORDER)


def old(name, options):
    from mmcls.models.utils.augment.builder import build_augment
    augment = build_augment({"type": "Batch" + name, "num_classes": CLASSES, "prob": 1.0, **options})
    return augment(pattern(SHAPE), torch.tensor(LABELS))


def new(name, options):
    from mmpretrain.registry import BATCH_AUGMENTS
    import mmpretrain.models  # noqa: F401
    if options.get("interpolation") in ("nearest", "area"):
        return None  # it passes align_corners, which these refuse
    augment = BATCH_AUGMENTS.build({"type": name, **options})
    shares = torch.nn.functional.one_hot(torch.tensor(LABELS), CLASSES)
    return augment(pattern(SHAPE), shares)


def run(make):
    results = []
    for name, options, lam, integers in CASES:
        fixed(lam, integers)
        mixed = make(name, options)
        if mixed is None:
            results.append(None)
            continue
        images, shares = mixed
        results.append({
            "type": name, "options": options, "lam": lam, "integers": integers,
            "images": [float(v) for v in images.flatten()],
            "shares": [float(v) for v in shares.flatten()],
        })
    return results


if "new" in sys.argv:
    recorded = json.loads(OUT.read_text())["cases"]
    for mine, theirs in zip(run(new), recorded):
        if mine is not None:
            assert mine == theirs, mine["type"]
    print("the same")
else:
    from mmcls.models.builder import build_loss
    cases = run(old)
    scores = pattern((4, CLASSES)) * 3
    shares = torch.tensor(cases[0]["shares"]).view(4, CLASSES)
    losses = []
    for config in LOSSES:
        x = scores.clone().requires_grad_()
        loss = build_loss(dict(config))(x, shares, avg_factor=4)
        loss.backward()
        losses.append({"config": config, "loss": float(loss.detach()),
                       "gradient": [float(v) for v in x.grad.flatten()]})
    OUT.write_text(json.dumps({
        "source": "mmcls 0.25.0, torch 2.13.0", "shape": SHAPE, "labels": LABELS,
        "classes": CLASSES, "order": ORDER, "cases": cases, "losses": losses}) + "\n")
