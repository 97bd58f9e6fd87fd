"""Writes multi_label_cases.json next to this file: metrics of MultiLabelDataset.evaluate in mmcls 0.25.0."""
import json
import types
from pathlib import Path

import numpy as np
from mmcls.datasets.multi_label import MultiLabelDataset

HERE = Path(__file__).parent
rng = np.random.RandomState(3)
scores = rng.rand(30, 6).astype(np.float32)
targets = (rng.rand(30, 6) < 0.3).astype(np.int8)
# Difficult ones, a class without samples, ties are left out: NumPy does not order them.
targets[rng.rand(30, 6) < 0.08] = -1
targets[:, 4] = np.minimum(targets[:, 4], 0)
every = ["mAP", "CP", "CR", "CF1", "OP", "OR", "OF1"]
table = [
    ("mAP", None), (every, None), (every, {}), (every, {"thr": 0.7}), (every, {"k": 2}),
    (["CF1", "OR"], {"thr": 0.3, "k": 1}), (every, {"k": 6}), (["OF1", "mAP"], {"thr": 0.99999}),
    ("CP", {"k": 1}),
]
cases = []
for metric, options in table:
    dataset = types.SimpleNamespace(get_gt_labels=lambda: targets.copy())
    result = MultiLabelDataset.evaluate(dataset, list(scores), metric, options)
    cases.append({"metric": metric, "options": options,
                  "expected": [[k, float(v)] for k, v in result.items()]})
(HERE / "multi_label_cases.json").write_text(json.dumps({
    "source": "mmcls 0.25.0, numpy; make-multi-label-cases.py", "shape": list(scores.shape),
    "scores": [float(v) for v in scores.flatten()], "targets": targets.flatten().tolist(),
    "cases": cases}) + "\n")
