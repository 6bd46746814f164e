#!/usr/bin/env python3
"""Writes test/parity/fixtures: what PyTorch computes for small networks, for the tests to compare Tessera's engine with.

Run it with Python 3.11, numpy 2 and torch 2.13:  python3 test/parity/make_fixtures.py [folder [seed]]
The reference is computed in float64 and stored as float32, so a difference is the rounding of the engine under test.
Each case also records how far PyTorch's own float32 lies from the reference: the measure for the tests' tolerances.
"""

import json
import struct
import sys
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from networks import DeepLabV2, ResNet

FOLDER = Path(__file__).parent / "fixtures"
STEPS = 10
BATCHES = 2
IGNORED = 255

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
    # With large residuals its ten steps are chaotic: PyTorch's float32 was 10 % away in the loss.
    "resnet50-sgd": dict(
        depth=50, width=3, imageSize=40, classes=5, batchSize=4, residualGain=0.15,
        optimizer=dict(kind="sgd", momentum=0.9, weightDecay=0.05), learningRate=1e-3,
    ),
    # The head learns ten times as fast, as in the public trainers. Beyond 41 px the first of its dilations reaches across pixels.
    "deeplab18-sgd": dict(
        network="deeplab", depth=18, width=4, imageSize=49, classes=3, batchSize=2, headRateFactor=10,
        optimizer=dict(kind="sgd", momentum=0.9, weightDecay=0.05), learningRate=1e-3,
    ),
    "deeplab34-sgd": dict(
        network="deeplab", depth=34, width=2, imageSize=42, classes=3, batchSize=2, headRateFactor=10,
        optimizer=dict(kind="sgd", momentum=0.9, weightDecay=0.05), learningRate=1e-3,
    ),
}  # fmt: skip


def tensors_of(net):
    return {n: t.detach().clone() for n, t in net.state_dict().items() if "num_batches" not in n}


def network_of(case):
    build = DeepLabV2 if case.get("network") == "deeplab" else ResNet
    return build(case["depth"], case["width"], case["classes"])


def parameter_groups(net, case):
    """The head with a rate of its own."""
    factor, head = case.get("headRateFactor", 1), ("fc.", "layer5.")
    named = list(net.named_parameters())
    return [
        {"params": [p for n, p in named if not n.startswith(head)]},
        {"params": [p for n, p in named if n.startswith(head)], "lr": factor * case["learningRate"]},
    ]


def compute(case, initial, images, targets, dtype):
    """Everything that the tests compare, as {name: tensor}."""
    net = network_of(case).to(dtype)
    net.load_state_dict({n: t.to(dtype) for n, t in initial.items()}, strict=False)
    spec, rate, groups = case["optimizer"], case["learningRate"], parameter_groups(net, case)
    if spec["kind"] == "sgd":
        optimizer = torch.optim.SGD(groups, rate, spec["momentum"], weight_decay=spec["weightDecay"])
    else:
        optimizer = torch.optim.Adam(groups, rate, weight_decay=spec["weightDecay"])
    images, result, losses = images.to(dtype), {}, []
    net.train()
    for step in range(STEPS):
        optimizer.zero_grad()
        logits = net(images[step % BATCHES])
        loss = F.cross_entropy(logits, targets[step % BATCHES], ignore_index=IGNORED)
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
        result["evaluation"] = net(images.flatten(0, 1)[: case["batchSize"] + 1])
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


def write_safetensors(path, tensors, metadata=None):
    header, chunks, end = {} if metadata is None else {"__metadata__": metadata}, [], 0
    for name, tensor in tensors.items():
        data = np.ascontiguousarray(tensor.numpy().astype("<f4")).tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [end, end + len(data)]}
        end += len(data)
        chunks.append(data)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(chunks))


def make_targets(case):
    if case.get("network") != "deeplab":
        return torch.randint(case["classes"], (BATCHES, case["batchSize"]))
    shape = (BATCHES, case["batchSize"], case["imageSize"], case["imageSize"])
    return torch.randint(case["classes"], shape).masked_fill(torch.rand(shape) < 0.3, IGNORED)


def make(name, case, folder, seed):
    torch.manual_seed(seed)
    net = network_of(case)
    for path, module in net.named_modules():  # affine parameters away from 1 and 0, so that a mix-up shows
        if isinstance(module, nn.BatchNorm2d):
            gain = case.get("residualGain", 1) if path.endswith("bn3") else 1
            nn.init.uniform_(module.weight, 0.3 * gain, 0.7 * gain)
            nn.init.uniform_(module.bias, -0.3, 0.3)
    initial = tensors_of(net)
    side, batch = case["imageSize"], case["batchSize"]
    images = torch.randn(BATCHES, batch, 3, side, side)
    targets = make_targets(case)
    reference = compute(case, initial, images, targets, torch.float64)
    own = deviations(compute(case, initial, images, targets, torch.float32), reference)
    inputs = {f"initial.{n}": t for n, t in initial.items()} | {"images": images, "targets": targets}
    write_safetensors(folder / f"{name}.safetensors", inputs | reference)
    facts = {**case, "batches": BATCHES, "torch": torch.__version__}
    (folder / f"{name}.json").write_text(json.dumps({**facts, "float32Deviation": own}, indent=2) + "\n")
    print(name, own)


if __name__ == "__main__":
    torch.set_num_threads(1)
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(exist_ok=True)
    for name, case in CASES.items():
        make(name, case, folder, seed=int(sys.argv[2]) if len(sys.argv) > 2 else 4)
