#!/usr/bin/env python3
"""Copies a few recorded cases of every family, with the files they name, into this folder.

Usage: make-fixtures.py FOLDER, where FOLDER holds the oracle files and FOLDER/../data the images.
"""
import json
import pathlib
import shutil
import sys

HERE = pathlib.Path(__file__).parent
CASES = {
    "ops_numeric": [
        "conv2d/s3", "conv2d/depthwise_s2", "conv2d/rect_kernel", "conv2d/too_small",
        "batchnorm/two_steps", "batchnorm/momentum_none", "batchnorm/one_value",
        "relu/flat", "max_pool2d/ties", "avg_pool2d/2s2_ceil_nopad",
        "adaptive_avg_pool2d/global_rect", "linear/wide", "CrossEntropyLoss/class_weight",
        "CrossEntropyLoss/soft", "CrossEntropyLoss/negative_label", "accuracy/thr",
        "accuracy/too_many", "block/BasicBlock_3_6_s2",
    ],
    "optimizer_steps": [
        "steps/sgd_nesterov_wd", "steps/sgd_missing", "steps/adam_amsgrad_wd",
        "steps/adamw_schedule", "steps/error_sgd_nesterov_damp", "clip/max0.5_norminf",
        "clip/none_grad", "clip/value0.1", "paramwise/deep_5", "paramwise/frozen_18",
        "paramwise/shared_27", "paramwise/error_adam_momentum",
    ],
    "model_keys": ["resnet18_cifar_narrow", "resnet18"],
    "png_decode": [
        f"png/pngsuite/{name}.png:{color}" for color in ("color", "grayscale")
        for name in ("basn0g01", "basn3p02", "basn6a08", "tbbn0g04", "basn2c16")
    ],
    "pth_files": [
        "mmcv_sgd", "legacy_views", "tied", "special_values", "torch_objects", "evil_system",
        "bad_offset", "trunc_half", "crc_data",
    ],
    "hook_trace": [
        "epoch/plain/train-1/max_epochs=1/loader_lengths=3", "epoch/error", "epoch/endless",
        "epoch/limit", "epoch/resume/train-2,val-1/max_epochs=4", "iter/error", "iter/endless",
        "iter/limit", "iter/resume", "iter/empty",
    ],
    "train_loop_mmengine": [
        "epoch/n1_begin1_every2", "epoch/dynamic", "iter/dynamic", "epoch/stop", "iter/resume",
        "error",
    ],
    "param_scheduler_mmengine": [
        "steps/multi_repeat_iter", "steps/cos_past_iter", "steps/onecycle_3", "steps/restart_short",
        "steps/momentum_two/adam", "steps/chain_rev_three", "steps/convert_12",
        "steps/plateau_less_3", "steps/plateau_missing", "steps/error", "loop/mixed_2",
        "loop/mixed_L3_6", "loop/plateau_every2", "loop/iter_runner_epoch_scheduler",
    ],
    "pipeline_numeric": [
        "Resize/bilinear_5_smooth", "RandomCrop/box_2", "RandomCrop/pad_6", "Normalize/cifar_rgb_B",
        "RandomFlip/threshold", "pipeline/to_tensor_uint8", "error/resize", "error/crop",
    ],
    "hook_order": [
        "epoch/custom_names", "iter/builtin_custom", "iter/by_epoch_given", "epoch/sequence",
        "epoch/error", "iter/with_eval", "epoch/with_eval", "epoch/custom_ties", "iter/two_text",
        "epoch/custom_one", "iter/timer_given", "epoch/timer_none",
    ],
    "lr_schedule_mmcv": [
        "epoch_runner/fixed/ep/nowarm", "epoch_runner/resume", "iter_runner/special",
        "epoch_runner/flow", "epoch_runner/flat05/it", "epoch_runner/restart", "epoch_runner/cyclic_1",
        "epoch_runner/onecycle_1", "iter_runner/special",
    ],
    "momentum_schedule_mmcv": [
        "epoch_runner/step1", "epoch_runner/cos05/const4", "epoch_runner/lin_ratio/lin5",
        "epoch_runner/cyclic_8", "epoch_runner/cyclic_9", "epoch_runner/onecycle_2",
        "epoch_runner/onecycle_3", "epoch_runner/onecycle_6", "epoch_runner/both", "iter_runner",
        "epoch_runner/rmsprop",
    ],
    "config_parse": [
        "literals/numbers", "literals/strings", "literals/containers", "literals/dict_int_keys",
        "expr/", "error/name", "error/tab_mix", "error/reserved_filename", "base/simple",
        "base/two", "base/delete", "base/duplicate", "base/json_base", "vars/", "cli/example",
        "cli/list_index", "cli/tuple_index", "cli/delete", "value/1_1",
    ],
    "seeded_run": ["seed7_resnet18_w1_noeval"],
}


def copy(source, target):
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def main(folder):
    (HERE / "cases").mkdir(exist_ok=True)
    for family, prefixes in CASES.items():
        recorded = json.loads((folder / f"{family}.json").read_text())
        cases = [c for c in recorded["cases"] if c["name"].startswith(tuple(prefixes))]
        for case in cases:
            if family == "png_decode":
                copy(folder / "../data" / case["input"]["file"], HERE / "data" / case["input"]["file"])
            if family == "pth_files":
                # These files are fixtures already.
                case["input"]["file"] = "../../" + case["input"]["file"]
        head = {k: v for k, v in recorded.items() if k != "cases"}
        lines = ",\n".join(json.dumps(case) for case in cases)
        text = json.dumps(head)[:-1] + ', "cases": [\n' + lines + "\n]}\n"
        (HERE / "cases" / f"{family}.json").write_text(text)


main(pathlib.Path(sys.argv[1]))
