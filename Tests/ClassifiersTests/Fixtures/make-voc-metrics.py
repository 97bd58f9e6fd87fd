"""Writes voc_metrics.json next to this file: MMPretrain 1.2.0's metrics of VOC on an invented table of 14 images and 5 classes.

    python make-voc-metrics.py
"""
import json
from pathlib import Path

import numpy as np
import torch
from mmpretrain.evaluation import VOCAveragePrecision, VOCMultiLabelMetric

rng = np.random.RandomState(7)
scores = rng.rand(14, 5).round(3)
kinds = rng.choice(4, (14, 5), p=[.5, .25, .15, .1])  # absent, plain, difficult, both
plain = [[int(c) for c in np.flatnonzero((row == 1) | (row == 3))] for row in kinds]
difficult = [[int(c) for c in np.flatnonzero(row >= 2)] for row in kinds]
samples = [dict(pred_score=torch.tensor(s, dtype=torch.float32), gt_label=torch.tensor(p, dtype=torch.long),
                gt_label_difficult=d) for s, p, d in zip(scores, plain, difficult)]


def plain_value(value):
    return value.tolist() if hasattr(value, "tolist") else value


cases = []
for kind, options in [
        (VOCMultiLabelMetric, {}), (VOCMultiLabelMetric, {"difficult_as_positive": True}),
        (VOCMultiLabelMetric, {"difficult_as_positive": False}), (VOCMultiLabelMetric, {"average": "micro"}),
        (VOCMultiLabelMetric, {"average": None}), (VOCMultiLabelMetric, {"topk": 2}),
        (VOCMultiLabelMetric, {"thr": 0.3, "items": ["precision", "recall", "f1-score", "support"]}),
        (VOCAveragePrecision, {}), (VOCAveragePrecision, {"difficult_as_positive": True}),
        (VOCAveragePrecision, {"difficult_as_positive": False}), (VOCAveragePrecision, {"average": None})]:
    metric = kind(**options)
    metric.process(None, samples)
    metric.results, results = [], metric.results
    values = metric.compute_metrics(results)
    cases.append({"metric": {"type": kind.__name__, **options},
                  "values": {f"{metric.prefix}/{k}": plain_value(v) for k, v in values.items()}})
table = {"scores": scores.tolist(), "plain": plain, "difficult": difficult, "cases": cases}
(Path(__file__).parent / "voc_metrics.json").write_text(json.dumps(table, indent=None).replace('{"metric"', '\n{"metric"') + "\n")
