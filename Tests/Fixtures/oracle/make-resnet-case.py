#!/usr/bin/env python3
"""Records `cases/resnet_train.json`: a training run of a very small ResNet by MMClassification 0.x.

Needs mmcls 0.25, mmcv 1.7 and torch; one thread, so that the numbers do not depend on the machine.
"""
import json
import logging
import pathlib

import numpy as np
import torch
from mmcls.models import build_classifier
from mmcv.runner import Hook, build_optimizer, build_runner

HERE = pathlib.Path(__file__).parent / "cases"
FOLDER = "resnet/tiny"
CONFIG = {
    "model": {
        "type": "ImageClassifier",
        "backbone": {"type": "ResNet_CIFAR", "depth": 18, "num_stages": 2, "strides": [1, 2],
                     "dilations": [1, 1], "out_indices": [1], "style": "pytorch",
                     "base_channels": 4, "stem_channels": 4},
        "neck": {"type": "GlobalAveragePooling"},
        "head": {"type": "LinearClsHead", "num_classes": 3, "in_channels": 8,
                 "loss": {"type": "CrossEntropyLoss", "loss_weight": 1.0}, "topk": (1,),
                 "cal_acc": True},
    },
    "optimizer": {"type": "SGD", "lr": 0.05, "momentum": 0.9, "weight_decay": 0.0001},
    "optimizer_config": {"grad_clip": {"max_norm": 1.0, "norm_type": 2}},
    "lr_config": {"policy": "step", "step": [2], "gamma": 0.1, "warmup": "linear",
                  "warmup_iters": 2, "warmup_ratio": 0.1},
    "batch_size": 6,
    "runner": {"type": "EpochBasedRunner", "max_epochs": 3},
}
EVAL_SAMPLES = 4


class Recorder(Hook):
    def __init__(self):
        self.rows = {"losses": [], "lr": [], "top1": [], "grad_norm": []}
        self.gradients = None

    def after_train_iter(self, runner):
        if self.gradients is None:
            self.gradients = {n: p.grad.clone() for n, p in runner.model.named_parameters()}
        values = runner.outputs["log_vars"]
        self.rows["losses"].append(values["loss"])
        self.rows["top1"].append(values["top-1"])
        self.rows["lr"].append(runner.current_lr()[0])
        self.rows["grad_norm"].append(float(runner.log_buffer.val_history["grad_norm"][-1]))


def shortest(value):
    return float(np.format_float_scientific(np.float32(value), unique=True))


def summary(tensors):
    return {
        name: {"shape": list(t.shape), "sum": float(t.double().sum()),
               "abs_sum": float(t.double().abs().sum()),
               "first": [shortest(v) for v in t.flatten()[:8].tolist()]}
        for name, t in tensors.items()
    }


def evaluate(model, images):
    model.eval()
    with torch.no_grad():
        logits = model.head.fc(model.extract_feat(images)[0])
    return logits, torch.softmax(logits, 1)


def rows(tensor):
    return [[shortest(v) for v in row] for row in tensor.tolist()]


def make_run(resume=None):
    model = build_classifier(CONFIG["model"])
    optimizer = build_optimizer(model, dict(CONFIG["optimizer"]))
    logger = logging.getLogger("record")
    runner = build_runner(dict(CONFIG["runner"]), default_args=dict(
        model=model, optimizer=optimizer, logger=logger, meta={}))
    runner.register_training_hooks(dict(CONFIG["lr_config"]), dict(CONFIG["optimizer_config"]),
                                   timer_config=None)
    recorder = Recorder()
    runner.register_hook(recorder, priority="LOWEST")
    return runner, model, recorder


def main():
    torch.set_num_threads(1)
    torch.manual_seed(0)
    (HERE / FOLDER).mkdir(parents=True, exist_ok=True)
    images = torch.randn(18, 3, 8, 8)
    labels = torch.arange(18) % 3
    images.numpy().tofile(HERE / FOLDER / "images.f32")
    labels.numpy().tofile(HERE / FOLDER / "labels.i64")
    size = CONFIG["batch_size"]
    loader = [dict(img=images[i:i + size], gt_label=labels[i:i + size])
              for i in range(0, len(labels), size)]

    runner, model, recorder = make_run()
    model.init_weights()
    torch.save({"meta": {}, "state_dict": model.state_dict()}, HERE / FOLDER / "init.pth")
    initial, _ = evaluate(model, images[:EVAL_SAMPLES])
    model.train()
    runner.register_hook(type("Save", (Hook,), {
        "after_train_epoch": lambda self, r: r.epoch == 0 and r.save_checkpoint(
            str(HERE / FOLDER), create_symlink=False)})())
    runner.run([loader], [("train", 1)])
    logits, softmax = evaluate(model, images[:EVAL_SAMPLES])
    torch.save({"meta": {}, "state_dict": model.state_dict()}, HERE / FOLDER / "final.pth")

    resumed, _, continued = make_run()
    resumed.resume(str(HERE / FOLDER / "epoch_1.pth"), map_location="cpu")
    resumed.run([loader], [("train", 1)])

    case = {
        "name": "tiny",
        "input": {
            "config": CONFIG, "eval_samples": EVAL_SAMPLES,
            "images": {"file": f"{FOLDER}/images.f32", "dtype": "float32", "order": "little",
                       "shape": list(images.shape)},
            "labels": {"file": f"{FOLDER}/labels.i64", "dtype": "int64", "order": "little",
                       "shape": list(labels.shape)},
            "init": f"{FOLDER}/init.pth", "final": f"{FOLDER}/final.pth",
        },
        "expected": {
            **recorder.rows,
            "initial_eval_logits": rows(initial), "final_eval_logits": rows(logits),
            "final_eval_softmax": rows(softmax),
            "first_iteration_gradients": summary(recorder.gradients),
            "final_state": summary(model.state_dict()),
            "resumed": [{"checkpoint": f"{FOLDER}/epoch_1.pth",
                         "losses": continued.rows["losses"], "lr": continued.rows["lr"]}],
        },
    }
    head = {"description": "A short training run of a very small ResNet.",
            "source": f"mmcls 0.25.0, mmcv 1.7.2, torch {torch.__version__.split('+')[0]}"}
    text = json.dumps(head)[:-1] + ', "cases": [\n' + json.dumps(case) + "\n]}\n"
    (HERE / "resnet_train.json").write_text(text)


main()
