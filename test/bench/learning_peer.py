#!/usr/bin/env python3
"""PyTorch's side of learning.ts: learning_peer.py FOLDER, with settings.json and {train,test}.{images,labels} (little-endian).

Prints one accuracy per seed as one line of JSON. Exit code 3: PyTorch is not installed.
"""

import json
import sys
from pathlib import Path

try:
    import numpy as np
    import torch
    from torch import nn
    from torch.nn import functional as F
except ImportError:
    sys.exit(3)

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "parity"))
from networks import ResNet  # noqa: E402


def read(folder, name, side):
    images = np.fromfile(folder / f"{name}.images", "<f4").reshape(-1, 3, side, side)
    labels = np.fromfile(folder / f"{name}.labels", "<i4").astype("int64")
    return torch.from_numpy(images), torch.from_numpy(labels)


def initialise(net):
    """torchvision's; the dense layer keeps PyTorch's own."""
    for module in net.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")


def accuracy(seed, order, settings, train, test):
    torch.manual_seed(seed)
    net = ResNet(18, settings["width"], settings["classes"])
    initialise(net)
    optimizer = torch.optim.Adam(net.parameters())
    net.train()
    for indices, rate in zip(order, settings["rates"], strict=True):
        for group in optimizer.param_groups:
            group["lr"] = rate
        optimizer.zero_grad()
        F.cross_entropy(net(train[0][indices]), train[1][indices]).backward()
        optimizer.step()
    net.eval()
    with torch.inference_mode():
        return (net(test[0]).argmax(1) == test[1]).double().mean().item()


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    settings = json.loads((folder / "settings.json").read_text())
    train, test = (read(folder, name, settings["imageSize"]) for name in ("train", "test"))
    print(json.dumps([accuracy(seed, order, settings, train, test) for seed, order in enumerate(settings["orders"])]))
