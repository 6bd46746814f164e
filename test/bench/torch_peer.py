#!/usr/bin/env python3
"""PyTorch's side of `tessera bench`: torch_peer.py <task as JSON> (MeasuringTask in src-main/workers/bench/measurement.ts).

Prints one line of JSON (Measurement there). Exit code 3: PyTorch, or what else the task needs, is not installed.
"""

import json
import resource
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

IGNORED = 255


def network(name):
    from networks import DeepLabV2, ResNet

    if name == "deeplabv2-resnet34":
        return DeepLabV2(34, 64, 21)
    return ResNet(int(name.removeprefix("resnet")), 64, 10)


def training_step(net, images, device):
    optimizer = torch.optim.SGD(net.parameters(), 1e-3, momentum=0.9, weight_decay=5e-4)
    net.train()
    logits = net(images[:2].to(device))
    targets = torch.randint(logits.shape[1], (len(images), *logits.shape[2:]))

    def step():
        optimizer.zero_grad()
        loss = F.cross_entropy(net(images.to(device)), targets.to(device), ignore_index=IGNORED)
        loss.backward()
        optimizer.step()
        return loss.item()  # waits for a GPU, as Tessera does

    return step


def inference_step(net, images, device):
    net.eval()

    def step():
        with torch.inference_mode():
            return net(images.to(device)).cpu()

    return step


def network_step(task):
    work = task["work"]
    device = "cpu" if task["device"] == "cpu" else "cuda"
    if device == "cuda" and not torch.cuda.is_available():
        sys.exit(3)
    formats = {"contiguous": torch.contiguous_format, "channels_last": torch.channels_last}
    memory_format = formats[task["variant"]]
    torch.manual_seed(1)
    net = network(work["network"]).to(device, memory_format=memory_format)
    images = torch.randn(work["batchSize"], 3, work["imageSize"], work["imageSize"]).to(memory_format=memory_format)
    make_step = {"training": training_step, "inference": inference_step}[work["kind"]]
    return f"PyTorch ({task['variant']})", torch.__version__, make_step(net, images, device)


def open_step(task):
    if task["work"]["kind"] != "pipeline":
        return network_step(task)
    from torchvision_pipeline import pipeline_step

    return pipeline_step(task)


def measure(task):
    torch.set_num_threads(task["threads"])
    name, version, step = open_step(task)
    for _ in range(task["warmUp"]):
        step()
    milliseconds, end = [], time.perf_counter() + task["seconds"]
    while len(milliseconds) < task["steps"] or time.perf_counter() < end:
        start = time.perf_counter()
        step()
        milliseconds.append((time.perf_counter() - start) * 1000)
    alone = task["work"]["kind"] != "pipeline"  # there the loader's processes do the work
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 if alone else None
    return {"name": name, "version": version, "milliseconds": milliseconds, "peakMemoryMB": memory}


if __name__ == "__main__":
    print(json.dumps(measure(json.loads(sys.argv[1]))))
