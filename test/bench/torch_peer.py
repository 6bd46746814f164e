#!/usr/bin/env python3
"""PyTorch's side of `tessera bench`: torch_peer.py training|inference <seconds>.

ResNet-34 (torchvision's, written out, since torchvision may be missing), 96 px, batch 16, on the CPU with all cores.
Prints one line of JSON. Exit code 3: PyTorch is not installed.
"""

import json
import os
import resource
import statistics
import sys
import time
from pathlib import Path

try:
    import torch
    from torch.nn import functional as F
except ImportError:
    sys.exit(3)

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "parity"))
from make_fixtures import ResNet  # noqa: E402

BATCH, SIDE, CLASSES, WARM_UP = 16, 96, 10, 3


def training_step(net, images, targets):
    optimizer = torch.optim.SGD(net.parameters(), 1e-3, momentum=0.9, weight_decay=5e-4)
    net.train()

    def step():
        optimizer.zero_grad()
        F.cross_entropy(net(images), targets).backward()
        optimizer.step()

    return step


def inference_step(net, images, _targets):
    net.eval()

    def step():
        with torch.inference_mode():
            net(images)

    return step


def timed(step):
    start = time.perf_counter()
    step()
    return (time.perf_counter() - start) * 1000


def measure(make_step, seconds):
    """Of PyTorch's two memory formats the one that is faster here."""
    best = None
    for memory_format in (torch.contiguous_format, torch.channels_last):
        torch.manual_seed(1)
        net = ResNet(34, 64, CLASSES).to(memory_format=memory_format)
        images = torch.randn(BATCH, 3, SIDE, SIDE).to(memory_format=memory_format)
        step = make_step(net, images, torch.randint(CLASSES, (BATCH,)))
        for _ in range(WARM_UP):
            step()
        end, times = time.perf_counter() + seconds / 2, []
        while not times or time.perf_counter() < end:
            times.append(timed(step))
        if best is None or statistics.median(times) < statistics.median(best):
            best = times
    return best


if __name__ == "__main__":
    torch.set_num_threads(len(os.sched_getaffinity(0)))
    make_step = {"training": training_step, "inference": inference_step}[sys.argv[1]]
    milliseconds = measure(make_step, float(sys.argv[2]))
    print(
        json.dumps(
            {
                "name": "PyTorch",
                "version": torch.__version__,
                "milliseconds": milliseconds,
                "peakMemoryMB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            }
        )
    )
