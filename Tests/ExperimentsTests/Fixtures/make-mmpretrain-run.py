"""Trains configs/digits/resnet18_digits_new.json with mmpretrain 1.2.0, small and without augmentation: mmpretrain_run.json.

Run with a Python that has mmengine 0.10.7 and mmpretrain 1.2.0; names the folder to write to. The envelope is how far
losses go where the initial weights are changed by a relative 1e-6.
"""
import json
import os
import sys
import tempfile
import warnings

warnings.filterwarnings("ignore")
import torch
from mmengine.config import Config
from mmengine.hooks import Hook
from mmengine.runner import Runner
from mmpretrain.utils import register_all_modules

torch.set_num_threads(1)
register_all_modules()
root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../..")


class Notes(Hook):
    def __init__(self, scale, draw):
        self.scale, self.draw, self.rows, self.metrics = scale, draw, [], []

    def before_train(self, runner):
        generator = torch.Generator().manual_seed(self.draw)
        for value in runner.model.state_dict().values():
            if self.scale and value.is_floating_point():
                value.mul_(1 + self.scale * torch.randn(value.shape, generator=generator))

    def after_train_iter(self, runner, batch_idx, data_batch=None, outputs=None):
        rate = runner.optim_wrapper.get_lr()["lr"][0]
        self.rows.append([outputs["loss"].item(), rate])

    def after_val_epoch(self, runner, metrics=None):
        self.metrics.append({"epoch": runner.epoch, **metrics})


def train(scale=0, draw=0):
    config = Config.fromfile(os.path.join(root, "configs/digits/resnet18_digits_new.json"))
    plain = [dict(type="LoadImageFromFile"), dict(type="PackInputs")]
    config.merge_from_dict({
        "model.backbone.base_channels": 4, "model.backbone.stem_channels": 4, "model.head.in_channels": 32,
        "train_dataloader.batch_size": 240, "train_dataloader.num_workers": 0, "val_dataloader.num_workers": 0,
        "train_dataloader.dataset.pipeline": plain, "optim_wrapper.clip_grad": dict(max_norm=5.0),
        "optim_wrapper.optimizer.lr": 0.005, "param_scheduler.milestones": [2],
        "train_cfg": dict(by_epoch=True, max_epochs=3, val_begin=2, val_interval=1)})
    config.val_evaluator = [dict(type="Accuracy", topk=(1,)), dict(type="SingleLabelMetric")]
    config.work_dir, config.log_level = tempfile.mkdtemp(), "ERROR"
    runner = Runner.from_cfg(config)
    notes = Notes(scale, draw)
    runner.register_hook(notes)
    runner.train()
    return notes


notes = train()
others = [train(1e-6, draw).rows for draw in (1, 2, 3)]
rows = [[loss, rate, max(abs(other[i][0] - loss) for other in others)] for i, (loss, rate) in enumerate(notes.rows)]
with open(f"{sys.argv[1]}/mmpretrain_run.json", "w") as file:
    print('{\n  "source": "mmpretrain 1.2.0, mmengine 0.10.7, make-mmpretrain-run.py: loss, rate and envelope of every '
          'iteration",', file=file)
    print('  "iterations": [\n' + ",\n".join(f"    {json.dumps(row)}" for row in rows) + "\n  ],", file=file)
    print('  "validations": [\n' + ",\n".join(f"    {json.dumps(row)}" for row in notes.metrics) + "\n  ]\n}", file=file)
