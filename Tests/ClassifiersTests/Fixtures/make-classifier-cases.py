"""Records what MMClassification makes of classifier configs and of predictions.

Writes model_keys.json, classifier_runs.json and metric_cases.json next to this file.
Run with mmcls 0.25.0, mmcv 1.7.2 and torch 2.13.0 (CPU).
"""

import copy
import json
import pathlib
import types
import warnings

import numpy as np
import torch
from mmcls.datasets.base_dataset import BaseDataset
from mmcls.models import build_classifier

warnings.filterwarnings("ignore")
HERE = pathlib.Path(__file__).parent


def classifier(backbone, channels, classes=10, **head):
    return {
        "type": "ImageClassifier",
        "backbone": backbone,
        "neck": {"type": "GlobalAveragePooling"},
        "head": {"type": "LinearClsHead", "num_classes": classes, "in_channels": channels, **head},
    }


def as_python(config):
    """JSON has lists where the original insists on tuples (head.topk)."""
    config = json.loads(json.dumps(config))
    if isinstance(config["head"].get("topk"), list):
        config["head"]["topk"] = tuple(config["head"]["topk"])
    return config


def model_keys():
    cases = {
        "resnet18": classifier({"type": "ResNet", "depth": 18}, 512, 1000),
        "resnet50": classifier({"type": "ResNet", "depth": 50}, 2048, 1000),
        "resnet18_cifar": classifier({"type": "ResNet_CIFAR", "depth": 18}, 512),
        "resnet18_cifar_narrow": classifier(
            {"type": "ResNet_CIFAR", "depth": 18, "base_channels": 16, "stem_channels": 16}, 128),
        "resnet50_deep_stem": classifier(
            {"type": "ResNet", "depth": 50, "deep_stem": True, "avg_down": True,
             "base_channels": 16, "stem_channels": 16}, 512),
        "resnet34_two_stages": classifier(
            {"type": "ResNet", "depth": 34, "base_channels": 8, "num_stages": 2,
             "strides": [1, 2], "dilations": [1, 1], "out_indices": [0, 1]}, 16),
    }
    result = []
    for name, config in cases.items():
        model = build_classifier(as_python(config))
        state = model.state_dict()
        result.append({
            "name": name, "model": config,
            "entries": [f"{k} {list(v.shape)} {v.dtype}".replace("torch.", "")
                        for k, v in state.items()],
            "parameters": sum(p.numel() for p in model.parameters() if p.requires_grad),
        })
        buffers = ("running_mean", "running_var", "num_batches_tracked")
        order = [k for k in state if not k.endswith(buffers)]
        assert order == [k for k, _ in model.named_parameters()]
    return result


def images(shape):
    values = np.arange(np.prod(shape), dtype=np.int64) * 7919 % 255
    return torch.from_numpy((values.astype(np.float32) / 64 - 2).reshape(shape))


def summary(tensor):
    values = tensor.detach().double().flatten()
    return [float(values.sum()), float(values.abs().sum())] + tensor.flatten()[:1].tolist()


def run(name, config, seed, shape):
    torch.manual_seed(seed)
    model = build_classifier(as_python(config))
    model.init_weights()
    initial = {k: summary(v) for k, v in model.named_parameters()}
    labels = torch.arange(shape[0]) * 3 % config["head"]["num_classes"]
    batch = {"img": images(shape), "gt_label": labels}
    model.eval()
    with torch.no_grad():
        scores = model(batch["img"], return_loss=False)
    model.train()
    double = copy.deepcopy(model).double()
    output = model.train_step(batch, None)
    output["loss"].backward()
    double.train_step({**batch, "img": batch["img"].double()}, None)["loss"].backward()
    for a, b in zip(model.parameters(), double.parameters()):
        # A case that amplifies rounding would compare nothing.
        assert a.grad is None or (a.grad - b.grad).abs().sum() < 1e-3 * b.grad.abs().sum() + 1e-6
    return {
        "name": name, "model": config, "seed": seed, "shape": list(shape), "initial": initial,
        "scores": np.stack(scores).flatten().tolist(),
        "log_vars": [[k, v] for k, v in output["log_vars"].items()],
        "gradients": {k: summary(p.grad) for k, p in model.named_parameters()
                      if p.grad is not None},
        "after": {k: summary(v) for k, v in model.state_dict().items() if "running" in k},
    }


def runs():
    small = {"base_channels": 4, "stem_channels": 4}
    plain = {"zero_init_residual": False}
    return [
        run("cifar18", classifier({"type": "ResNet_CIFAR", "depth": 18, **small}, 32,
                                  cal_acc=True, topk=[1, 3]), 0, (4, 3, 16, 16)),
        run("caffe_bottleneck", classifier(
            {"type": "ResNet", "depth": 50, "style": "caffe", **small, **plain, "num_stages": 2,
             "strides": [1, 2], "dilations": [1, 1], "out_indices": [1]}, 32), 1, (4, 3, 48, 32)),
        run("deep_stem", classifier(
            {"type": "ResNet", "depth": 18, "deep_stem": True, "avg_down": True, **small, **plain},
            32), 2, (2, 3, 80, 80)),
        run("dilated_grey", classifier(
            {"type": "ResNet_CIFAR", "depth": 34, "in_channels": 1, **small, **plain,
             "strides": [1, 2, 1, 1], "dilations": [1, 1, 2, 4], "out_indices": [0, 2]}, 16,
            loss={"type": "CrossEntropyLoss", "loss_weight": 0.5,
                  "class_weight": [1, 2, 1, 1, 1, 1, 0.5, 1, 1, 1]}), 3, (4, 1, 16, 16)),
        run("frozen", classifier(
            {"type": "ResNet", "depth": 18, **small, **plain, "frozen_stages": 2}, 32), 4,
            (4, 3, 64, 64)),
        run("norm_eval", classifier(
            {"type": "ResNet_CIFAR", "depth": 18, **small, **plain, "norm_eval": True,
             "norm_cfg": {"type": "BN", "requires_grad": False, "eps": 0.001}}, 32), 5,
            (4, 3, 16, 16)),
        run("initialised", classifier(
            {"type": "ResNet_CIFAR", "depth": 18, **small, **plain,
             "norm_cfg": {"type": "BN", "momentum": 0.3},
             "init_cfg": [{"type": "Xavier", "layer": "Conv2d", "distribution": "uniform"},
                          {"type": "Constant", "val": 0.5, "bias": 0.25, "layer": "_BatchNorm"}]},
            32, init_cfg={"type": "Kaiming", "layer": "Linear", "mode": "fan_in", "a": 1,
                          "nonlinearity": "leaky_relu", "distribution": "uniform",
                          "bias_prob": 0.01}), 6, (4, 3, 16, 16)),
    ]


def metrics():
    rng = np.random.RandomState(0)
    logits = rng.randn(40, 7).astype(np.float32) * 2
    scores = torch.softmax(torch.from_numpy(logits), 1).numpy()
    labels = rng.randint(0, 6, 40)
    every = ["support", "f1_score", "recall", "precision", "accuracy"]
    table = [
        ("accuracy", None),
        ("accuracy", {"topk": 1}),
        ("accuracy", {"topk": (1, 3)}),
        ("accuracy", {"topk": 2, "thrs": 0.5}),
        ("accuracy", {"topk": (1, 2), "thrs": (0.1, 0.5)}),
        ("accuracy", {"topk": 1, "thrs": (0.0,)}),
        (every, None),
        (every, {"thrs": (0.1, 0.25, 0.9)}),
        (["precision", "recall"], {"thrs": 0.4}),
        (every, {"average_mode": "none"}),
    ]
    cases = []
    for metric, options in table:
        dataset = types.SimpleNamespace(get_gt_labels=lambda: labels)
        result = BaseDataset.evaluate(dataset, list(scores), metric, options)
        cases.append({
            "metric": metric, "options": options,
            "expected": [[k, np.asarray(v).tolist()] for k, v in result.items()],
        })
    return {"shape": list(scores.shape), "scores": scores.flatten().tolist(),
            "labels": labels.tolist(), "cases": cases}


def write(name, value):
    def shorter(x):
        if isinstance(x, float):
            return float(f"{x:.8g}")
        if isinstance(x, dict):
            return {k: shorter(v) for k, v in x.items()}
        return [shorter(v) for v in x] if isinstance(x, (list, tuple)) else x

    source = "mmcls 0.25.0, mmcv 1.7.2, torch 2.13.0 CPU; make-classifier-cases.py"
    cases = value if isinstance(value, dict) else {"cases": value}
    (HERE / name).write_text(json.dumps({"source": source, **shorter(cases)}, indent=None) + "\n")


write("model_keys.json", model_keys())
write("classifier_runs.json", runs())
write("metric_cases.json", metrics())
