"""Records first values of PyTorch's initialisers: python initializers.py > initializers.json"""
import json

import torch
from torch import nn

shape = (6, 4, 3, 3)
cases = dict(
    normal=lambda w: nn.init.normal_(w, 0.5, 0.1),
    uniform=lambda w: nn.init.uniform_(w, -0.2, 0.7),
    kaiming_normal_fan_out=lambda w: nn.init.kaiming_normal_(w, a=0, mode="fan_out", nonlinearity="relu"),
    kaiming_uniform_leaky=lambda w: nn.init.kaiming_uniform_(w, a=0.2, mode="fan_in"),
    xavier_normal=lambda w: nn.init.xavier_normal_(w, gain=1.5),
    xavier_uniform=lambda w: nn.init.xavier_uniform_(w))
values = {}
for name, fill in cases.items():
    torch.manual_seed(3)
    weight = torch.empty(shape)
    fill(weight)
    values[name] = weight.flatten().tolist()
torch.manual_seed(3)
conv = nn.Conv2d(4, 6, 3)
linear = nn.Linear(5, 3)
values["conv_weight"], values["conv_bias"] = conv.weight.flatten().tolist(), conv.bias.tolist()
values["linear_weight"], values["linear_bias"] = linear.weight.flatten().tolist(), linear.bias.tolist()
print(json.dumps(dict(source=f"PyTorch {torch.__version__}, CPU", values=values)))
