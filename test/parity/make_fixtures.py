#!/usr/bin/env python3
"""Writes test/parity/fixtures: what PyTorch computes for small ResNets, for the tests to compare Tessera's engine with.

Run it with Python 3.11, numpy 2 and torch 2.13:  python3 test/parity/make_fixtures.py
The reference is computed in float64 and stored as float32, so a difference is the rounding of the engine under test.
Each case also records how far PyTorch's own float32 lies from the reference: the measure for the tests' tolerances.
"""

import json
import struct
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

FOLDER = Path(__file__).parent / "fixtures"
BLOCKS = {18: [2, 2, 2, 2], 34: [3, 4, 6, 3]}
STEPS = 10
BATCHES = 2
EVALUATED = 5  # more than a batch, and no multiple of it

# The weight decay is larger than anyone trains with, so that ten steps show whether it is right.
CASES = {
    "resnet18-sgd": dict(
        depth=18, width=4, imageSize=40, classes=3, batchSize=4,
        optimizer=dict(kind="sgd", momentum=0.9, weightDecay=0.05), learningRate=1e-3,
    ),
    "resnet18-adam": dict(
        depth=18, width=4, imageSize=40, classes=3, batchSize=4,
        optimizer=dict(kind="adam", weightDecay=0.05), learningRate=1e-3,
    ),
    "resnet34-sgd": dict(
        depth=34, width=4, imageSize=40, classes=5, batchSize=4,
        optimizer=dict(kind="sgd", momentum=0.9, weightDecay=0.05), learningRate=1e-3,
    ),
}  # fmt: skip


class BasicBlock(nn.Module):
    def __init__(self, channels_in, channels, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(channels_in, channels, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.downsample = None
        if stride != 1 or channels_in != channels:
            self.downsample = nn.Sequential(
                nn.Conv2d(channels_in, channels, 1, stride, bias=False), nn.BatchNorm2d(channels)
            )

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(y + (x if self.downsample is None else self.downsample(x)))


class ResNet(nn.Module):
    """torchvision's ResNet with basic blocks, by its names."""

    def __init__(self, depth, width, classes):
        super().__init__()
        self.conv1 = nn.Conv2d(3, width, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        channels_in = width
        for stage, blocks in enumerate(BLOCKS[depth]):
            layers = []
            for block in range(blocks):
                channels = width * 2**stage
                layers.append(BasicBlock(channels_in, channels, 2 if stage > 0 and block == 0 else 1))
                channels_in = channels
            setattr(self, f"layer{stage + 1}", nn.Sequential(*layers))
        self.fc = nn.Linear(channels_in, classes)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 3, 2, 1)
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(x.mean((2, 3)))


def tensors_of(net):
    return {n: t.detach().clone() for n, t in net.state_dict().items() if "num_batches" not in n}


def compute(case, initial, images, targets, dtype):
    """Everything that the tests compare, as {name: tensor}."""
    net = ResNet(case["depth"], case["width"], case["classes"]).to(dtype)
    net.load_state_dict({n: t.to(dtype) for n, t in initial.items()}, strict=False)
    spec, rate = case["optimizer"], case["learningRate"]
    if spec["kind"] == "sgd":
        optimizer = torch.optim.SGD(net.parameters(), rate, spec["momentum"], weight_decay=spec["weightDecay"])
    else:
        optimizer = torch.optim.Adam(net.parameters(), rate, weight_decay=spec["weightDecay"])
    images, result, losses = images.to(dtype), {}, []
    net.train()
    for step in range(STEPS):
        optimizer.zero_grad()
        logits = net(images[step % BATCHES])
        loss = F.cross_entropy(logits, targets[step % BATCHES])
        loss.backward()
        losses.append(loss.detach())
        if step == 0:
            result["logits"] = logits.detach()
            result |= {f"gradient.{n}": p.grad.clone() for n, p in net.named_parameters()}
        optimizer.step()
        if step == 0:
            result |= {f"first.{n}": t for n, t in tensors_of(net).items() if "running" in n}
    result["losses"] = torch.stack(losses)
    result |= {f"trained.{n}": t for n, t in tensors_of(net).items()}
    net.eval()
    with torch.no_grad():
        result["evaluation"] = net(images.flatten(0, 1)[:EVALUATED])
    return result


def deviations(result, reference):
    """Largest difference in units of each tensor's largest value, per kind of quantity."""
    worst = {}
    for name, value in result.items():
        kind = name.split(".")[0]
        scale = max(reference[name].abs().max().item(), 1e-30)
        difference = (value.double() - reference[name]).abs().max().item() / scale
        worst[kind] = max(worst.get(kind, 0.0), difference)
    return {kind: float(f"{value:.1e}") for kind, value in worst.items()}


def write_safetensors(path, tensors):
    header, chunks, end = {}, [], 0
    for name, tensor in tensors.items():
        data = np.ascontiguousarray(tensor.numpy().astype("<f4")).tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [end, end + len(data)]}
        end += len(data)
        chunks.append(data)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(chunks))


def make(name, case):
    torch.manual_seed(4)
    net = ResNet(case["depth"], case["width"], case["classes"])
    for module in net.modules():  # affine parameters away from 1 and 0, so that a mix-up shows
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.weight, 0.3, 0.7)
            nn.init.uniform_(module.bias, -0.3, 0.3)
    initial = tensors_of(net)
    side, batch = case["imageSize"], case["batchSize"]
    images = torch.randn(BATCHES, batch, 3, side, side)
    targets = torch.randint(case["classes"], (BATCHES, batch))
    reference = compute(case, initial, images, targets, torch.float64)
    own = deviations(compute(case, initial, images, targets, torch.float32), reference)
    inputs = {f"initial.{n}": t for n, t in initial.items()} | {"images": images}
    write_safetensors(FOLDER / f"{name}.safetensors", inputs | reference)
    facts = {**case, "targets": targets.tolist(), "evaluated": EVALUATED, "torch": torch.__version__}
    (FOLDER / f"{name}.json").write_text(json.dumps({**facts, "float32Deviation": own}, indent=2) + "\n")
    print(name, own)


if __name__ == "__main__":
    torch.set_num_threads(1)
    FOLDER.mkdir(exist_ok=True)
    for name, case in CASES.items():
        make(name, case)
