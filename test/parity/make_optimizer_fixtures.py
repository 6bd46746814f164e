#!/usr/bin/env python3
"""Writes test/parity/fixtures/optimizers.*: ten steps of each optimizer by PyTorch, computed in float64 (see make_fixtures.py).

python3 test/parity/make_optimizer_fixtures.py
"""

import json

import torch
from torch import nn
from torch.nn import functional as F

from make_fixtures import FOLDER, deviations, tensors_of, write_safetensors

STEPS = 10
PASSES = 4  # different batches, taken in turn
BATCH, SIDE, CLASSES = 4, 8, 3

# The weight decay is larger than anyone trains with, so that ten steps show whether it is right.
OPTIMIZERS = {
    "sgd": (0.02, dict(kind="sgd", momentum=0, weightDecay=0)),
    "sgd with decay": (0.02, dict(kind="sgd", momentum=0, weightDecay=0.1)),
    "sgd with momentum": (0.01, dict(kind="sgd", momentum=0.9, weightDecay=0.1)),
    "sgd nesterov": (0.01, dict(kind="sgd", momentum=0.9, weightDecay=0.1, nesterov=True)),
    "adam": (1e-3, dict(kind="adam", weightDecay=0.1)),
    "adam with betas": (1e-3, dict(kind="adam", weightDecay=0, betas=[0.8, 0.95], epsilon=1e-3)),
    "adamw": (1e-3, dict(kind="adamw", weightDecay=1)),
}  # fmt: skip

GROUPS = [
    dict(prefixes=["fc."], learningRateFactor=10),
    dict(prefixes=["bn1.", "bn2."], learningRateFactor=1, weightDecay=0),
]
VARIANTS = {
    "alone": {},
    "groups": dict(groups=GROUPS),
    "clipped by norm": dict(clipping=dict(kind="norm", max=0.55)),
    "clipped by value": dict(clipping=dict(kind="value", max=0.02)),
    "accumulating": dict(accumulate=2),
    "frozen backbone": dict(frozen=["conv1.", "bn1."]),
    "everything": dict(
        groups=GROUPS, clipping=dict(kind="norm", max=0.29), accumulate=2, frozen=["conv1.", "bn1."]
    ),
}  # fmt: skip


class TinyNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16)
        self.conv2, self.bn2 = nn.Conv2d(16, 8, 3, 2, 1, bias=False), nn.BatchNorm2d(8)
        self.fc = nn.Linear(8, CLASSES)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        x = F.relu(self.bn2(self.conv2(x)))
        return self.fc(x.mean((2, 3)))


def optimizer_of(spec, rate, groups, named):
    """`groups` in the engine's words → PyTorch's parameter groups."""
    left, listed = dict(named), []
    for group in [*groups, dict(prefixes=[""], learningRateFactor=1)]:
        own = [name for name in left if name.startswith(tuple(group["prefixes"]))]
        decay = group.get("weightDecay", spec["weightDecay"])
        listed.append(
            dict(params=[left.pop(n) for n in own], lr=rate * group["learningRateFactor"], weight_decay=decay)
        )
    if spec["kind"] == "sgd":
        return torch.optim.SGD(listed, rate, momentum=spec["momentum"], nesterov=spec.get("nesterov", False))
    kind = torch.optim.AdamW if spec["kind"] == "adamw" else torch.optim.Adam
    return kind(listed, rate, betas=spec.get("betas", (0.9, 0.999)), eps=spec.get("epsilon", 1e-8))


def compute(case, initial, images, targets, dtype):
    net = TinyNet().to(dtype).train()
    net.load_state_dict({n: t.to(dtype) for n, t in initial.items()}, strict=False)
    frozen = tuple(case.get("frozen", ()))
    for name, module in net.named_children():
        if frozen and f"{name}.".startswith(frozen):
            module.eval().requires_grad_(False)
    learning = {n: p for n, p in net.named_parameters() if p.requires_grad}
    optimizer = optimizer_of(case["optimizer"], case["learningRate"], case.get("groups", []), learning)
    clipping, passes = case.get("clipping"), case.get("accumulate", 1)
    images, losses, norms = images.to(dtype), [], []
    for step in range(STEPS):
        optimizer.zero_grad()
        total = 0
        for i in range(step * passes, (step + 1) * passes):
            loss = F.cross_entropy(net(images[i % PASSES]), targets[i % PASSES]) / passes
            loss.backward()
            total += loss.detach()
        losses.append(total)
        if clipping and clipping["kind"] == "norm":
            norms.append(torch.nn.utils.clip_grad_norm_(learning.values(), clipping["max"]).item())
        elif clipping:
            torch.nn.utils.clip_grad_value_(learning.values(), clipping["max"])
        optimizer.step()
    if norms:  # both branches of min(1, …) have to be taken
        print("   norms", " ".join(f"{norm:.2f}" for norm in norms))
    return {"losses": torch.stack(losses), **{f"trained.{n}": t for n, t in tensors_of(net).items()}}


if __name__ == "__main__":
    torch.set_num_threads(1)
    torch.manual_seed(5)
    net = TinyNet()
    for module in (net.bn1, net.bn2):
        nn.init.uniform_(module.weight, 0.3, 0.7)
        nn.init.uniform_(module.bias, -0.3, 0.3)
        nn.init.uniform_(module.running_mean, -0.3, 0.3)
    initial = tensors_of(net)
    images = torch.randn(PASSES, BATCH, 3, SIDE, SIDE)
    targets = torch.randint(CLASSES, (PASSES, BATCH))
    tensors, facts = {f"initial.{n}": t for n, t in initial.items()} | {"images": images}, {}
    for name, (rate, spec) in OPTIMIZERS.items():
        for variant, options in VARIANTS.items():
            case = dict(optimizer=spec, learningRate=rate, **options)
            reference = compute(case, initial, images, targets, torch.float64)
            own = deviations(compute(case, initial, images, targets, torch.float32), reference)
            tensors |= {f"{name}, {variant}.{key}": tensor for key, tensor in reference.items()}
            facts[f"{name}, {variant}"] = {**case, "float32Deviation": own}
            print(f"{name}, {variant}", own)
    write_safetensors(FOLDER / "optimizers.safetensors", tensors)
    common = dict(batchSize=BATCH, imageSize=SIDE, classes=CLASSES, targets=targets.tolist(), steps=STEPS)
    (FOLDER / "optimizers.json").write_text(json.dumps({**common, "cases": facts}, indent=2) + "\n")
