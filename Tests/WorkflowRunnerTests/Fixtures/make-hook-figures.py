"""Records what mmcv 1.7.2 does to the weights of the tests' toy model: hook_figures.json.

Run with a Python that has mmcv 1.7.2 and mmcls 0.25.0; names the file to write.
"""
import json
import logging
import sys

import torch
from mmcv.runner import EpochBasedRunner, IterBasedRunner
from mmcv.runner.hooks import HOOKS, EvalHook, Hook
from mmcls.core.hook import PreciseBNHook

torch.set_num_threads(1)
logging.disable(logging.CRITICAL)


class Toy(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.tensor([0.5, -0.25]))

    def train_step(self, x, optimizer, **kwargs):
        difference = (self.weight * x).sum() - 1
        loss = difference * difference
        return dict(loss=loss, log_vars=dict(loss=loss.item()), num_samples=1)


class Loader:
    """Batches of two numbers, as the tests' source makes them in order."""

    sampler = None

    def __init__(self, count):
        self.count, self.epoch = count, -1

    def __len__(self):
        return self.count

    def __iter__(self):
        self.epoch += 1
        for place in range(self.count):
            yield torch.tensor([(place + 1) * 0.25, (self.epoch % 3) * 0.1 - 0.5])


class Recorder(Hook):
    def __init__(self):
        self.rows = []

    def after_train_iter(self, runner):
        state = runner.model.state_dict()
        self.rows.append({k: v.tolist() for k, v in state.items()})
        norms = runner.log_buffer.val_history.get("grad_norm", [])
        self.rows[-1]["grad_norms"] = list(norms)

    def after_train_epoch(self, runner):
        state = runner.model.state_dict()
        self.rows.append({"epoch": {k: v.tolist() for k, v in state.items()}})


def run(by_epoch, count, limit, hooks):
    model = Toy()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    kind = EpochBasedRunner if by_epoch else IterBasedRunner
    limits = dict(max_epochs=limit) if by_epoch else dict(max_iters=limit)
    runner = kind(model, optimizer=optimizer, logger=logging.getLogger("x"), meta={}, **limits)
    for hook, priority in hooks:
        runner.register_hook(HOOKS.build(hook), priority)
    recorder = Recorder()
    runner.register_hook(recorder, "VERY_LOW")
    runner.run([Loader(count)], [("train", 1)])
    return recorder.rows


CASES = []


def case(name, by_epoch, count, limit, hooks):
    rows = run(by_epoch, count, limit, [(dict(h), p) for h, p in hooks])
    CASES.append(dict(name=name, by_epoch=by_epoch, batches=count, limit=limit,
                      hooks=[dict(h, priority=p) for h, p in hooks], rows=rows))


cumulative = dict(type="GradientCumulativeOptimizerHook")
case("epochs with a rest", True, 5, 2,
     [(dict(cumulative, cumulative_iters=4, grad_clip=dict(max_norm=0.5)), "ABOVE_NORMAL")])
case("iterations with a rest", False, 3, 7,
     [(dict(cumulative, cumulative_iters=3), "ABOVE_NORMAL")])
case("windows of one", True, 3, 2, [(dict(cumulative), "ABOVE_NORMAL")])
step = (dict(type="OptimizerHook"), "ABOVE_NORMAL")
case("averages", True, 4, 3, [step, (dict(type="EMAHook", momentum=0.3, warm_up=2), "NORMAL")])
case("averages every second iteration", True, 3, 3,
     [step, (dict(type="EMAHook", momentum=0.5, interval=2, warm_up=5), "NORMAL")])
case("averages by iterations", False, 3, 8,
     [step, (dict(type="EMAHook", momentum=0.1), "NORMAL")])


class Normalised(torch.nn.Module):
    """A batch normalisation of two channels, whose loss is nothing of interest."""

    def __init__(self):
        super().__init__()
        self.bn = torch.nn.BatchNorm2d(2)

    def train_step(self, x, optimizer=None, **kwargs):
        y = self.bn(x)
        return dict(loss=y.sum(), log_vars={}, num_samples=len(x))


class Images:
    batch_size = 2

    def __len__(self):
        return 4

    def __iter__(self):
        for place in range(4):
            values = torch.arange(16, dtype=torch.float32).reshape(2, 2, 2, 2)
            yield ((values * (place + 1) * 7) % 11) / 4 - place


def precise(samples):
    model = Normalised()
    runner = EpochBasedRunner(model, logger=logging.getLogger("x"), meta={}, max_epochs=1)
    runner.register_hook(PreciseBNHook(num_samples=samples, interval=1))
    runner.run([Images()], [("train", 1)])
    return {k: v.tolist() for k, v in model.bn.state_dict().items()}


def mmcls_table():
    """What train_model of mmcls registers, in its order."""
    runner = EpochBasedRunner(Toy(), logger=logging.getLogger("x"), meta={}, max_epochs=1)
    runner.register_training_hooks(
        dict(policy="step", step=[1]), dict(grad_clip=None), dict(interval=1),
        dict(interval=1, hooks=[dict(type="TextLoggerHook")]), None,
        custom_hooks_config=[dict(type="ClassNumCheckHook"), dict(type="PreciseBNHook"),
                             dict(type="EMAHook", priority="ABOVE_NORMAL")])
    loader = torch.utils.data.DataLoader([0])
    runner.register_hook(EvalHook(loader), priority="LOW")
    return runner.get_hook_info()


lines = ",\n".join(json.dumps(case) for case in CASES)
precise_bn = json.dumps({str(n): precise(n) for n in (4, 7, 8192)})
table = json.dumps(mmcls_table())
with open(sys.argv[1], "w") as file:
    file.write('{"source": "mmcv 1.7.2, mmcls 0.25.0", "mmcls_table": %s,\n'
               '"precise_bn": %s, "cases": [\n%s\n]}\n' % (table, precise_bn, lines))
