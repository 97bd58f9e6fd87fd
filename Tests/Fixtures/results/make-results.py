"""Writes the pickles next to this file: mmcls.pkl with mmcv 1.7.2 (old), mmpretrain.pkl with mmengine 0.10.7 (new).

    python make-results.py old|new
"""
import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
rng = np.random.RandomState(1)
scores = rng.dirichlet(np.ones(4), 12).astype(np.float32)
labels = rng.randint(0, 4, 12)
if sys.argv[1] == "old":
    import mmcv
    best = scores.argmax(1)
    mmcv.dump({
        "accuracy_top-1": float((best == labels).mean() * 100),
        "precision": np.float64(12.5), "recall": np.array([1.5, 2.5]),
        "class_scores": scores, "pred_score": scores.max(1), "pred_label": best,
        "pred_class": ["abcd"[i] for i in best]}, str(HERE / "mmcls.pkl"))
else:
    import torch
    import mmengine
    mmengine.dump([
        {"num_classes": 4, "gt_label": torch.tensor([int(label)]), "img_path": f"{i}.png",
         "img_shape": (8, 8), "pred_score": torch.from_numpy(row), "pred_label": torch.tensor([int(row.argmax())])}
        for i, (row, label) in enumerate(zip(scores, labels))], str(HERE / "mmpretrain.pkl"))
print(scores[0], labels)
