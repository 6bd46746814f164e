#!/usr/bin/env python3
"""Writes test/parity/fixtures/ops.*: what PyTorch computes for each operation by itself, forward and backward.

Run it with Python 3.11, numpy 2 and torch 2.13:  python3 test/parity/make_op_fixtures.py
As in make_fixtures.py, the reference is computed in float64, and `float32Deviation` is PyTorch's own rounding.

The gradients are those of Σ output · upstream, with random numbers `upstream`. Tensors are called <case>/<what>: x0, x1 … (inputs),
parameter.<name>, mask, upstream, y, dx0, dx1 …, gradient.<name>, and statistic.<name> (running statistics after the pass).
"""

import json

import torch
from torch.nn import functional as F

from make_fixtures import FOLDER, deviations, write_safetensors

BATCH = 2
IMAGE = [4, 7, 5]  # on the CPU computed as [N, C, H, W]
ROWS = [16, 4, 3]  # there computed as rows of pixels


def conv(shape=IMAGE, **options):
    return dict(op="conv2d", inputs=[shape], options={"channels": 6, **options})


def one(op, shape=IMAGE, **options):
    return dict(op=op, inputs=[shape], options=options)


def resize(height, width, align, shape=(3, 5, 4)):
    return one("resizeBilinear", list(shape), height=height, width=width, alignCorners=align)


CASES = {
    "conv 1x1": conv(kernel=1),
    "conv 3x3 with bias": conv(kernel=3, padding=1, bias=True),
    "conv 3x3 stride 2": conv(kernel=3, padding=1, stride=2),
    "conv 2x2 stride 3, pixels left over": conv(kernel=2, stride=3),
    "conv 3x3 dilation 2": conv(kernel=3, padding=2, dilation=2),
    "conv 3x3 stride 2 dilation 3": conv(kernel=3, padding=3, stride=2, dilation=3),
    "conv 3x3 dilation 6, larger than the image": conv(ROWS, kernel=3, padding=6, dilation=6, bias=True),
    "conv 3x3 rows": conv(ROWS, kernel=3, padding=1, bias=True),
    "conv 3x3 rows stride 2 dilation 2": conv(ROWS, kernel=3, padding=2, stride=2, dilation=2),
    "conv 1x1 rows": conv(ROWS, kernel=1),
    "conv 3x3 of 6 channels": conv([6, 4, 3], channels=8, kernel=3, padding=1),
    "conv 3x3 to 21 channels": conv([8, 4, 3], channels=21, kernel=3, padding=1, bias=True),
    "conv 3x3 of 21 channels": conv([21, 4, 3], channels=8, kernel=3, padding=1),
    "conv 3x3 in 2 groups": conv(kernel=3, padding=1, groups=2, bias=True),
    "conv 3x3 in 2 groups of 5 outputs": conv(channels=10, kernel=3, padding=1, groups=2, bias=True),
    "conv 3x3 in 2 groups of 5 inputs": conv([10, 4, 3], channels=8, kernel=3, padding=1, groups=2),
    "conv 3x3 in 2 groups rows stride 2": conv(ROWS, channels=8, kernel=3, padding=1, stride=2, groups=2),
    "conv 1x1 in 4 groups": conv(channels=8, kernel=1, groups=4),
    "conv 3x3 depthwise": conv(channels=4, kernel=3, padding=1, groups=4),
    "conv 3x3 depthwise dilation 2": conv(channels=4, kernel=3, padding=2, dilation=2, groups=4),
    "conv 3x3 depthwise stride 2, two outputs each": conv(channels=8, kernel=3, padding=1, stride=2, groups=4),
    "conv 5x5 depthwise rows": conv(ROWS, channels=16, kernel=5, padding=2, groups=16),
    "batch norm, training": one("batchNorm", mode="training"),
    "batch norm, training, rows": one("batchNorm", ROWS, mode="training"),
    "batch norm, frozen": one("batchNorm", mode="frozen"),
    "batch norm, frozen, rows": one("batchNorm", ROWS, mode="frozen"),
    "batch norm, evaluation": one("batchNorm", mode="evaluation"),
    "relu": one("relu"),
    "sigmoid": one("sigmoid"),
    "sigmoid rows": one("sigmoid", ROWS),
    "softmax": one("softmax"),
    "softmax rows": one("softmax", ROWS),
    "softmax of features": one("softmax", [5]),
    "log-softmax": one("logSoftmax"),
    "log-softmax rows": one("logSoftmax", ROWS),
    "log-softmax of features": one("logSoftmax", [5]),
    "dropout": one("dropout", probability=0.4),
    "dropout of features": one("dropout", [12], probability=0.5),
    "max pool 3x3 stride 2": one("maxPool", kernel=3, stride=2, padding=1),
    "max pool 2x2 rows": one("maxPool", ROWS, kernel=2, stride=2, padding=0),
    "max pool 3x3 stride 1": one("maxPool", [2, 5, 4], kernel=3, stride=1, padding=1),
    "average pool 3x3 stride 2": one("averagePool", kernel=3, stride=2, padding=1),
    "average pool 2x2 rows": one("averagePool", ROWS, kernel=2, stride=2, padding=0),
    "average pool 3x3 stride 1": one("averagePool", [2, 5, 4], kernel=3, stride=1, padding=1),
    "global average pool": one("globalAveragePool"),
    "global average pool rows": one("globalAveragePool", ROWS),
    "resize up, corners aligned": resize(13, 9, True),
    "resize up, corners not aligned": resize(13, 9, False),
    "resize down, corners aligned": resize(3, 2, True),
    "resize down, corners not aligned": resize(3, 2, False),
    "resize up and down, corners aligned": resize(11, 2, True),
    "resize up and down, corners not aligned": resize(2, 11, False),
    "resize to one pixel, corners aligned": resize(1, 1, True),
    "resize to one pixel, corners not aligned": resize(1, 1, False),
    "resize one pixel, corners aligned": resize(3, 4, True, [3, 1, 1]),
    "resize one pixel, corners not aligned": resize(3, 4, False, [3, 1, 1]),
    "resize rows by 4": resize(8, 12, False, [16, 2, 3]),
    "resize to the same size": resize(5, 4, False),
    "concat": dict(op="concat", inputs=[[2, 5, 4], [3, 5, 4], [1, 5, 4]], options={}),
    "concat rows": dict(op="concat", inputs=[[16, 3, 4], [4, 3, 4]], options={}),
    "concat of features": dict(op="concat", inputs=[[3], [4]], options={}),
    "add two": dict(op="add", inputs=[[3, 5, 4]] * 2, options={}),
    "add four rows": dict(op="add", inputs=[[16, 3, 4]] * 4, options={}),
    "dense": one("dense", [7], features=5),
}  # fmt: skip


def parameters_of(case):
    """Random parameters, by the names of torch's modules."""
    options, (channels, *_) = case["options"], case["inputs"][0]
    if case["op"] == "conv2d":
        kernel, out = options["kernel"], options["channels"]
        weight = torch.randn(out, channels // options.get("groups", 1), kernel, kernel) * 0.3
        return {"weight": weight} | ({"bias": torch.randn(out)} if options.get("bias") else {})
    if case["op"] == "dense":
        return {"weight": torch.randn(options["features"], channels), "bias": torch.randn(options["features"])}
    if case["op"] == "batchNorm":
        return {
            "weight": torch.rand(channels) + 0.5,
            "bias": torch.randn(channels),
            "running_mean": torch.randn(channels),
            "running_var": torch.rand(channels) + 0.5,
        }
    return {}


def apply(op, options, values, parameters, mask):
    """The operation; batch norm in training moves the running statistics in `parameters`."""
    x = values[0]
    if op == "conv2d":
        window = {key: options[key] for key in ("stride", "padding", "dilation", "groups") if key in options}
        return F.conv2d(x, parameters["weight"], parameters.get("bias"), **window)
    if op == "batchNorm":
        p = parameters
        training = options["mode"] == "training"
        return F.batch_norm(x, p["running_mean"], p["running_var"], p["weight"], p["bias"], training)
    if op in ("maxPool", "averagePool"):
        pool = F.max_pool2d if op == "maxPool" else F.avg_pool2d
        return pool(x, options["kernel"], options["stride"], options["padding"])
    if op == "resizeBilinear":
        size = [options["height"], options["width"]]
        return F.interpolate(x, size=size, mode="bilinear", align_corners=options["alignCorners"])
    return {
        "relu": lambda: F.relu(x),
        "sigmoid": lambda: torch.sigmoid(x),
        "softmax": lambda: F.softmax(x, dim=1),
        "logSoftmax": lambda: F.log_softmax(x, dim=1),
        "dropout": lambda: x * mask,
        "globalAveragePool": lambda: x.mean((2, 3)),
        "concat": lambda: torch.cat(values, dim=1),
        "add": lambda: sum(values),
        "dense": lambda: F.linear(x, parameters["weight"], parameters["bias"]),
    }[op]()


def compute(case, given, dtype):
    """Output, gradients and moved statistics. `upstream` is drawn when it is not among what is given."""
    op, options = case["op"], case["options"]
    tensors = {name: tensor.to(dtype).clone() for name, tensor in given.items()}
    values = [tensors[f"x{i}"].requires_grad_() for i in range(len(case["inputs"]))]
    parameters = {n.removeprefix("parameter."): t for n, t in tensors.items() if n.startswith("parameter.")}
    weights = {n: t.requires_grad_() for n, t in parameters.items() if "running" not in n}
    y = apply(op, options, values, parameters, tensors.get("mask"))
    given.setdefault("upstream", torch.randn(y.shape))
    result = {"y": y.detach()}
    if options.get("mode") != "evaluation":
        (y * given["upstream"].to(dtype)).sum().backward()
        result |= {f"dx{i}": x.grad for i, x in enumerate(values)}
        result |= {f"gradient.{n}": t.grad for n, t in weights.items()}
    if options.get("mode") == "training":
        result |= {f"statistic.{n}": t for n, t in parameters.items() if "running" in n}
    return result


def make(case):
    given = {f"x{i}": torch.randn(BATCH, *shape) for i, shape in enumerate(case["inputs"])}
    given |= {f"parameter.{n}": t for n, t in parameters_of(case).items()}
    if case["op"] == "dropout":
        kept = 1 - case["options"]["probability"]
        given["mask"] = (torch.rand(BATCH, *case["inputs"][0]) < kept) / kept
    reference = compute(case, given, torch.float64)
    return given | reference, max(deviations(compute(case, given, torch.float32), reference).values())


if __name__ == "__main__":
    torch.set_num_threads(1)
    torch.manual_seed(5)
    made = {name: make(case) for name, case in CASES.items()}
    tensors = {f"{name}/{what}": t for name, (all_of, _) in made.items() for what, t in all_of.items()}
    write_safetensors(FOLDER / "ops.safetensors", tensors)
    own = max(deviation for _, deviation in made.values())
    facts = {"torch": torch.__version__, "batchSize": BATCH, "float32Deviation": own, "cases": CASES}
    (FOLDER / "ops.json").write_text(json.dumps(facts, indent=1) + "\n")
    print({name: deviation for name, (_, deviation) in made.items() if deviation > own / 4}, own)
