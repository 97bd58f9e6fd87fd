"""Records what PyTorch's CPU generator draws: python torch_random.py > torch_random.json"""
import json

import torch


def seeded(seed):
    return torch.Generator().manual_seed(seed)


def numbers(tensor):
    return [float(value) for value in tensor.flatten()]


uniform = [
    dict(seed=seed, count=count, low=low, high=high,
         values=numbers(torch.empty(count).uniform_(low, high, generator=seeded(seed))))
    for seed, count, low, high in [(0, 5, 0, 1), (42, 17, -0.25, 0.25), (5, 40, -0.3, 0.3), (2**40 + 3, 4, -3, 7)]
]
normal = [
    dict(seed=seed, count=count, mean=mean, deviation=deviation,
         values=numbers(torch.empty(count).normal_(mean, deviation, generator=seeded(seed))))
    for seed, count, mean, deviation in [
        (0, 1, 0, 1), (0, 5, 0, 1), (7, 15, 1, 0.5), (0, 16, 0, 1), (0, 17, 0, 1),
        (3, 31, -2, 3), (5, 48, 0, 0.01), (11, 50, 0, 1)]
]
permutations = [
    dict(seed=seed, count=count, order=torch.randperm(count, generator=seeded(seed)).tolist())
    for seed, count in [(0, 5), (42, 5), (0, 1), (1, 2), (2, 33), (9, 700)]
]


def mixed(seed):
    """Draws of every kind in a row: a scalar normal leaves half a pair for the next one."""
    generator = seeded(seed)
    steps = [("uniform", 3), ("normal", 3), ("permutation", 4), ("normal", 16), ("normal", 2),
             ("seed", 1), ("normal", 1), ("uniform", 2)]
    draws = []
    for kind, count in steps:
        if kind == "uniform":
            values = numbers(torch.empty(count).uniform_(0, 1, generator=generator))
        elif kind == "normal":
            values = numbers(torch.empty(count).normal_(0, 1, generator=generator))
        elif kind == "permutation":
            values = [float(v) for v in torch.randperm(count, generator=generator)]
        else:
            # The high half only: a double does not hold 63 bits.
            drawn = torch.empty((), dtype=torch.int64).random_(generator=generator).item()
            values = [float(drawn >> 32)]
        draws.append(dict(kind=kind, count=count, values=values))
    return dict(seed=seed, draws=draws)


print(json.dumps(dict(
    source=f"PyTorch {torch.__version__}, CPU", uniform=uniform, normal=normal,
    permutations=permutations, mixed=[mixed(0), mixed(123456789)])))
