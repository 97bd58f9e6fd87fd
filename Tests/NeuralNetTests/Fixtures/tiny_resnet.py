"""Records ten training steps of TestSupport's TinyResNet: python tiny_resnet.py > tiny_resnet.json"""
import json

import torch
from torch import nn
from torch.nn import functional as F


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(outputs)
        if stride != 1:
            self.shortcut = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = self.norm2(self.conv2(F.relu(self.norm1(self.conv1(x)))))
        return F.relu(y + (self.shortcut(x) if hasattr(self, "shortcut") else x))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, 1, 1, bias=False)
        self.norm = nn.BatchNorm2d(8)
        self.blocks = nn.ModuleList([Block(8, 8, 1), Block(8, 16, 2)])
        self.head = nn.Linear(16, 4)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.norm(self.stem(x))), 3, 2, 1)
        for block in self.blocks:
            x = block(x)
        return self.head(F.adaptive_avg_pool2d(x, 1).flatten(1))


torch.set_num_threads(1)
torch.manual_seed(0)
net = Net()
images = torch.randn(8, 3, 12, 12)
labels = torch.arange(8) % 4
optimizer = torch.optim.SGD(
    net.parameters(), lr=0.05, momentum=0.9, weight_decay=1e-3, nesterov=True)
losses, norms = [], []
for step in range(10):
    loss = F.cross_entropy(net(images), labels)
    optimizer.zero_grad()
    loss.backward()
    norms.append(float(torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)))
    optimizer.step()
    losses.append(float(loss.detach()))
net.eval()
scores = net(images).detach().flatten().tolist()
state = net.state_dict()
print(json.dumps(dict(
    source=f"PyTorch {torch.__version__}, CPU, fp32", losses=losses, norms=norms, scores=scores,
    names=list(state), sums=[float(v.double().sum()) for v in state.values()],
    magnitudes=[float(v.double().abs().sum()) for v in state.values()])))
