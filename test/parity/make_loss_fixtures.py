#!/usr/bin/env python3
"""Writes test/parity/fixtures/losses.*: losses and their gradients by PyTorch, computed in float64 (see make_fixtures.py).

python3 test/parity/make_loss_fixtures.py
"""

import json

import torch
from torch.nn import functional as F

from make_fixtures import FOLDER, deviations, write_safetensors

WEIGHTS = [0.5, 2.0, 1.0, 0.0, 3.5]

# Options are those of the IR's losses; `scale` multiplies normal logits, `ignored` is the share of targets that are left out.
CASES = {
    "plain": dict(shape=[6, 5]),
    "large logits": dict(shape=[6, 5], scale=60),
    "class weights": dict(shape=[6, 5], classWeights=WEIGHTS),
    "label smoothing": dict(shape=[6, 5], labelSmoothing=0.1),
    "weights and smoothing": dict(shape=[6, 5], classWeights=WEIGHTS, labelSmoothing=0.3),
    "ignored targets": dict(shape=[9, 5], ignoreLabel=255, ignored=0.4),
    "ignored class": dict(shape=[9, 5], ignoreLabel=2),
    "pixels": dict(shape=[2, 5, 7, 9]),
    "pixels, one class": dict(shape=[2, 1, 7, 9], ignoreLabel=255, ignored=0.4),
    "pixels, ignored": dict(shape=[2, 5, 7, 9], ignoreLabel=255, ignored=0.4),
    "pixels, everything": dict(
        shape=[2, 5, 7, 9], ignoreLabel=255, ignored=0.4, classWeights=WEIGHTS, labelSmoothing=0.2, scale=5
    ),
    "binary": dict(kind="binaryCrossEntropy", shape=[6, 5]),
    "binary, large logits": dict(kind="binaryCrossEntropy", shape=[6, 5], scale=60),
}  # fmt: skip


def inputs_of(case):
    logits = torch.randn(case["shape"]) * case.get("scale", 1)
    if case.get("kind") == "binaryCrossEntropy":
        soft = torch.rand(case["shape"])
        return logits, torch.where(soft < 0.25, 0.0, torch.where(soft > 0.75, 1.0, soft))
    shape = [case["shape"][0], *case["shape"][2:]]
    targets = torch.randint(case["shape"][1], shape)
    targets[torch.rand(shape) < case.get("ignored", 0)] = 255
    return logits, targets


def compute(case, logits, targets, dtype):
    logits = logits.to(dtype, copy=True).requires_grad_()
    if case.get("kind") == "binaryCrossEntropy":
        loss = F.binary_cross_entropy_with_logits(logits, targets.to(dtype))
    else:
        weights = torch.tensor(case["classWeights"], dtype=dtype) if "classWeights" in case else None
        loss = F.cross_entropy(
            logits, targets, weights,
            ignore_index=case.get("ignoreLabel", -100), label_smoothing=case.get("labelSmoothing", 0.0),
        )  # fmt: skip
    loss.backward()
    return {"loss": loss.detach(), "gradient": logits.grad}


if __name__ == "__main__":
    torch.set_num_threads(1)
    torch.manual_seed(11)
    tensors, facts = {}, {}
    for name, case in CASES.items():
        logits, targets = inputs_of(case)
        reference = compute(case, logits, targets, torch.float64)
        own = deviations(compute(case, logits, targets, torch.float32), reference)
        arrays = {"logits": logits, "targets": targets, **reference}
        tensors |= {f"{name}.{key}": tensor for key, tensor in arrays.items()}
        options = {key: value for key, value in case.items() if key not in ("shape", "scale", "ignored")}
        facts[name] = {"shape": case["shape"], "loss": {"kind": "softmaxCrossEntropy", **options}, "float32Deviation": own}
        print(name, own)
    write_safetensors(FOLDER / "losses.safetensors", tensors)
    (FOLDER / "losses.json").write_text(json.dumps(facts, indent=2) + "\n")
