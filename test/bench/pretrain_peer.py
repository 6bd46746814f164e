#!/usr/bin/env python3
"""PyTorch's side of pretrainPeer.ts: trains on the batches that Tessera trained on, from the same first weights.

pretrain_peer.py FOLDER: settings.json, initial.safetensors, and per iteration N.images and N.targets (little-endian, row-major).
Prints one line of JSON: {"losses": [...], "double": [...], "torch": version}; `double` are the losses of the same training in float64:
how far roundings alone lead. Schedule and update are PyTorch's own.
"""

import json
import struct
import sys
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "parity"))
from networks import DeepLabV2, ResNet  # noqa: E402

IGNORED = 255


def read_safetensors(path):
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header, body = json.loads(data[8 : 8 + length]), data[8 + length :]
    header.pop("__metadata__", None)
    return {
        name: torch.from_numpy(np.frombuffer(body[slice(*entry["data_offsets"])], "<f4").reshape(entry["shape"]).copy())
        for name, entry in header.items()
    }


def train(folder, settings, dtype):
    segments, size, count = settings["kind"] == "segmentation", settings["cropSize"], settings["images"]
    net = (DeepLabV2 if segments else ResNet)(settings["depth"], settings["width"], settings["classes"]).to(dtype)
    net.load_state_dict(read_safetensors(folder / "initial.safetensors"), strict=False)
    head = [p for n, p in net.named_parameters() if n.startswith(("fc.", "layer5."))]
    rest = [p for n, p in net.named_parameters() if not n.startswith(("fc.", "layer5."))]
    sgd, rate = settings["optimizer"], settings["optimizer"]["learningRate"]
    groups = [{"params": rest, "lr": rate}, {"params": head, "lr": rate * settings["headLearningRateFactor"]}]
    optimizer = torch.optim.SGD(groups, rate, momentum=sgd["momentum"], weight_decay=sgd["weightDecay"])
    schedule = torch.optim.lr_scheduler.PolynomialLR(optimizer, settings["iterations"], settings["power"])
    losses = []
    net.train()
    for iteration in range(settings["iterations"]):
        images = np.fromfile(folder / f"{iteration}.images", "<f4").reshape(count, 3, size, size)
        logits = net(torch.from_numpy(images).to(dtype))
        if segments:
            masks = np.fromfile(folder / f"{iteration}.targets", "<i4").reshape(count, size, size)
            loss = F.cross_entropy(logits, torch.from_numpy(masks).long(), ignore_index=IGNORED)
        else:
            labels = np.fromfile(folder / f"{iteration}.targets", "<f4").reshape(count, -1)
            loss = F.binary_cross_entropy_with_logits(logits, torch.from_numpy(labels).to(dtype))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
    return losses


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    settings = json.loads((folder / "settings.json").read_text())
    losses, double = (train(folder, settings, dtype) for dtype in (torch.float32, torch.float64))
    print(json.dumps({"losses": losses, "double": double, "torch": torch.__version__}))
