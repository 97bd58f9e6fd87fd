"""Writes model_complexity.json next to this file: parameters and FLOPs as mmcls' get_flops counts them.

Needs torch, mmcv 1.7.2 and mmcls 0.25.0.
"""
import glob
import io
import json
from pathlib import Path

import mmcls
from mmcls.models import build_classifier
from mmcv import Config
from mmcv.cnn.utils import get_model_complexity_info

HERE = Path(__file__).parent
CONFIGS = Path(mmcls.__file__).parent / ".mim/configs"


def count(config, shape):
    config = {k: v for k, v in config.items() if k not in ("pretrained", "train_cfg")}
    model = build_classifier(Config(config)._cfg_dict)
    model.eval()
    model.forward = model.forward_dummy
    flops, params = get_model_complexity_info(
        model, shape, print_per_layer_stat=False, as_strings=False, ost=io.StringIO())
    text = get_model_complexity_info(
        model, shape, print_per_layer_stat=False, ost=io.StringIO())
    return {"model": config, "shape": list(shape), "flops": int(flops), "params": int(params),
            "text": list(text)}


names = ["mobilenet_v2_1x"]
for pattern in ["resnet*", "resnext*", "seresn*", "vgg*", "wide-resnet*"]:
    names += [Path(p).stem for p in glob.glob(str(CONFIGS / "_base_/models" / (pattern + ".py")))]
cases = []
for name in sorted(names):
    if "mixup" in name or "cutmix" in name:
        continue  # they are the networks of others
    config = Config.fromfile(str(CONFIGS / f"_base_/models/{name}.py"))._cfg_dict.to_dict()["model"]
    shapes = [(3, 32, 32)] if "cifar" in name else [(3, 224, 224)]
    if name in ("resnet18", "resnetv1d50", "seresnet50", "mobilenet_v2_1x"):
        shapes.append((3, 97, 130))
    for shape in shapes:
        try:
            cases.append({"name": name, **count(config, shape)})
        except Exception as error:
            print(name, shape, type(error), error)
        print(name, flush=True)


def imagenet(head=None, neck=True, **backbone):
    return {"type": "ImageClassifier", "backbone": backbone,
            "neck": {"type": "GlobalAveragePooling"} if neck else None,
            "head": head or {"type": "LinearClsHead", "num_classes": 10, "in_channels": 512,
                             "loss": {"type": "CrossEntropyLoss"}}}


more = {
    "lenet5": (imagenet(neck=False, type="LeNet5", num_classes=10,
                        head={"type": "ClsHead", "loss": {"type": "CrossEntropyLoss"}}), (1, 32, 32)),
    "resnetv1c101": (imagenet(type="ResNetV1c", depth=101, head={
        "type": "LinearClsHead", "num_classes": 1000, "in_channels": 2048,
        "loss": {"type": "CrossEntropyLoss"}}), (3, 224, 224)),
    "wide-resnet101": (imagenet(type="ResNet", depth=101, stem_channels=64, base_channels=128,
                                expansion=2, head={
        "type": "LinearClsHead", "num_classes": 1000, "in_channels": 2048,
        "loss": {"type": "CrossEntropyLoss"}}), (3, 224, 224)),
    "frozen": (imagenet(type="ResNet", depth=18, frozen_stages=2), (3, 64, 64)),
    "dilated caffe": (imagenet(type="ResNet", depth=50, style="caffe", strides=[1, 2, 1, 1],
                               dilations=[1, 1, 2, 4], head={
        "type": "LinearClsHead", "num_classes": 10, "in_channels": 2048,
        "loss": {"type": "CrossEntropyLoss"}}), (3, 64, 64)),
    "recomputed, drop path": (imagenet(type="ResNet", depth=18, with_cp=True, drop_path_rate=0.1), (3, 64, 64)),
    "stacked head": (imagenet(type="ResNet", depth=18, head={
        "type": "StackedLinearClsHead", "num_classes": 10, "in_channels": 512,
        "mid_channels": [64, 32], "dropout_rate": 0.1, "norm_cfg": {"type": "BN1d"},
        "act_cfg": {"type": "ReLU"}}), (3, 64, 64)),
    "multi-label head": (imagenet(type="ResNet", depth=18, head={
        "type": "MultiLabelLinearClsHead", "num_classes": 7, "in_channels": 512,
        "loss": {"type": "CrossEntropyLoss", "use_sigmoid": True}}), (3, 32, 32)),
    "one pixel at the end": (imagenet(type="ResNet", depth=18), (3, 32, 32)),
}
for name, (config, shape) in more.items():
    try:
        cases.append({"name": name, **count(config, shape)})
    except Exception as error:
        print(name, type(error), error)
text = ",\n".join(json.dumps(case) for case in cases)
source = "mmcls 0.25.0, mmcv 1.7.2, torch 2.13.0 CPU; make-complexity.py"
(HERE / "model_complexity.json").write_text(
    '{"source": "%s", "cases": [\n%s\n]}\n' % (source, text))
