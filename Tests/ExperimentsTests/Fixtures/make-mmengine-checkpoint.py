"""Trains the tutorial's network with mmengine 0.10.7 for four epochs: mmengine_epoch_2.pth and mmengine_epochs.json.

Run with a Python that has mmengine 0.10.7 and torch; names the folder to write to. With a checkpoint as the second
argument it resumes that instead and prints losses and rates.
"""
import json
import logging
import sys
import tempfile

import torch
from mmengine.hooks import Hook
from mmengine.model import BaseModel
from mmengine.runner import Runner
from torch import nn
from torch.utils.data import Dataset

torch.set_num_threads(1)


class Points(Dataset):
    def __init__(self, size):
        torch.manual_seed(0)
        self.labels = torch.randint(0, 2, (size,))
        radii = 3 * (self.labels + 1) + torch.randn(self.labels.shape)
        angles = torch.rand(self.labels.shape) * 2 * torch.pi
        self.data = torch.vstack([radii * torch.cos(angles), radii * torch.sin(angles)]).T

    def __getitem__(self, index):
        return self.data[index], self.labels[index]

    def __len__(self):
        return len(self.data)


class Network(BaseModel):
    def __init__(self):
        super().__init__()
        self.mlp = nn.Sequential(nn.Linear(2, 64), nn.ReLU())
        self.classifier = nn.Linear(64, 2)

    def forward(self, data, labels, mode):
        return {"loss": nn.CrossEntropyLoss()(self.classifier(self.mlp(data)), labels)}


class Notes(Hook):
    rows = []

    def after_train_iter(self, runner, batch_idx, data_batch=None, outputs=None):
        self.rows.append([outputs["loss"].item(), runner.optim_wrapper.get_lr()["lr"][0]])


folder = sys.argv[1]
resumed = sys.argv[2] if len(sys.argv) > 2 else None
runner = Runner(
    Network(), work_dir=tempfile.mkdtemp(), load_from=resumed, resume=resumed is not None,
    train_dataloader=dict(
        batch_size=64, num_workers=0, dataset=Points(256), collate_fn=dict(type="default_collate"),
        sampler=dict(type="DefaultSampler", shuffle=True)),
    train_cfg=dict(by_epoch=True, max_epochs=4),
    optim_wrapper=dict(optimizer=dict(type="Adam", lr=0.05)),
    param_scheduler=[
        dict(type="LinearLR", start_factor=0.5, by_epoch=False, begin=0, end=10),
        dict(type="MultiStepLR", milestones=[3], gamma=0.1)],
    custom_hooks=[Notes()], randomness=dict(seed=0), log_level=logging.ERROR)
runner.train()
if resumed:
    print(json.dumps(Notes.rows))
    sys.exit()
saved = torch.load(f"{runner.work_dir}/epoch_2.pth", weights_only=False)
torch.save(saved, f"{folder}/mmengine_epoch_2.pth")
rows = [f"    [{loss!r}, {rate!r}]" for loss, rate in Notes.rows]
with open(f"{folder}/mmengine_epochs.json", "w") as file:
    print('{\n  "source": "mmengine 0.10.7, make-mmengine-checkpoint.py: loss and rate of every iteration",',
          file=file)
    print('  "iterations": [\n' + ",\n".join(rows) + "\n  ]\n}", file=file)
