#!/usr/bin/env python3
"""Writes test/parity/fixtures/weights: small files as PyTorch writes them, the tensors that should be read from them, and the names
and shapes of torchvision's full-size ResNets.

Run it with Python 3.11 and torch 2.13:  python3 test/parity/make_weights_fixtures.py
"""

import copy
import io
import json
import os
import warnings
import zipfile

import torch

from make_fixtures import FOLDER, write_safetensors
from networks import ResNet

WEIGHTS = FOLDER / "weights"


def various():
    """Every type that Tessera reads, and every way in which a tensor can lie in its storage."""
    block = torch.arange(60.0).reshape(3, 4, 5) / 7
    image = torch.randn(2, 3, 4, 5)
    return {
        "float32": torch.tensor([1.5, -0.0, 1e-40, float("inf"), -3e38]),
        "float64": torch.tensor([[1 / 3, -1e300], [1e-3, 2.0]], dtype=torch.float64),
        "float16": torch.tensor([1 / 3, -65504.0, 6e-8, float("-inf")]).half(),
        "bfloat16": torch.tensor([1 / 3, -3e38, 1e-40, float("inf")]).bfloat16(),
        "int64": torch.tensor([5, -1, 2**24]),
        "scalar": torch.tensor(7.0),
        "empty": torch.zeros(0, 4),
        "whole": block,
        "shared": block,
        "row": block[1],
        "column": block[:, 2, 1:4],
        "transposed": block.transpose(0, 2),
        "every second": block[::2, :, ::2],
        "expanded": torch.tensor([[1.0], [2.0]]).expand(2, 3),
        "channels last": image.to(memory_format=torch.channels_last),
        "parameter": torch.nn.Parameter(torch.randn(3)),
        "one of size one": torch.randn(4, 6)[:, :1],
    }


def checkpoint(net):
    """As a trainer saves it: wrapped in DataParallel, the state dict among other things."""
    optimizer = torch.optim.SGD(net.parameters(), 0.1, momentum=0.9)
    net(torch.randn(2, 3, 33, 33)).sum().backward()
    optimizer.step()
    state = {f"module.{name}": tensor for name, tensor in net.state_dict().items()}
    return {
        "epoch": 90, "arch": "resnet18", "best": 69.758, "loss": [1.5, None, True, -(2**40)], "seed": 2**70,
        "random": torch.get_rng_state()[:4].clone(), "state_dict": state, "optimizer": optimizer.state_dict(),
    }  # fmt: skip


class Malicious:
    """What a pickle can do: any call, here of os.system."""

    def __reduce__(self):
        return os.system, ("echo this must never run",)


def scores(net):
    """What the network says about some images, in float64."""
    images = torch.randn(3, 3, 33, 33)
    net = copy.deepcopy(net).double().eval()
    with torch.no_grad():
        return {"images": images, "logits": net(images.double())}


def test_image(side):
    """Every byte is the top one of (position + 1) * 2654435761 modulo 2^32; [3, side, side] on 0-1."""
    bytes_ = [((i + 1) * 2654435761 % 2**32) >> 24 for i in range(3 * side * side)]
    return torch.tensor(bytes_, dtype=torch.float64).reshape(side, side, 3).permute(2, 0, 1) / 255


def known_answer(net, side, mean, std, features):
    """What the network says about the test image, in float64, as Tessera keeps it in a file's metadata."""
    image = (test_image(side) - column(mean)) / column(std)
    net = copy.deepcopy(net).double().eval()
    with torch.no_grad():
        said = net.features(image[None]).mean((2, 3)) if features else net(image[None])
    return json.dumps({"side": side, "values": said[0].tolist()})


def column(values):
    return torch.tensor(values, dtype=torch.float64).reshape(3, 1, 1)


def as_trained(net):
    """Statistics and scales as after a training: none of them 0 or 1."""
    for module in net.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(module.weight, 0.6, 1.4)
            for tensor in (module.bias, module.running_mean):
                torch.nn.init.normal_(tensor, 0, 0.1)
            torch.nn.init.uniform_(module.running_var, 0.5, 1.5)
    return net


def write_known_answers():
    """A published backbone (ImageNet's mean and deviation, which it does not state), and a classifier with Tessera's card."""
    backbone = as_trained(ResNet(50, 2, 3))
    answer = known_answer(backbone, 40, [0.485, 0.456, 0.406], [0.229, 0.224, 0.225], features=True)
    write_safetensors(WEIGHTS / "backbone.safetensors", backbone.state_dict(), {"known_answer": answer})
    card = {
        "kind": "classifier", "architecture": "resnet18", "width": 4, "classNames": ["tumour", "stroma", "fat"],
        "imageSize": 37, "patchSize": 37, "mpp": 0.5, "mean": [0.7, 0.5, 0.6], "std": [0.2, 0.3, 0.25],
        "synthetic": False, "dataset": "PyTorch", "seed": 1,
    }  # fmt: skip
    net = as_trained(ResNet(18, 4, 3))
    answer = known_answer(net, 37, card["mean"], card["std"], features=False)
    metadata = {"tessera": json.dumps(card), "known_answer": answer}
    write_safetensors(WEIGHTS / "classifier.safetensors", net.state_dict(), metadata)


def saved(value, **options):
    buffer = io.BytesIO()
    torch.save(value, buffer, **options)
    return buffer.getvalue()


def rezipped(data, compression=zipfile.ZIP_STORED, replaced=None):
    """The same archive, written anew by Python."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", compression) as new:
        for name in old.namelist():
            new.writestr(name, (replaced or {}).get(name, old.read(name)))
    return buffer.getvalue()


def script():
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.jit.save(torch.jit.script(torch.nn.Linear(2, 2)), buffer)
    return buffer.getvalue()


def inventory():
    """Names and shapes of torchvision's full networks, with 1000 classes; counters left out."""
    with torch.device("meta"):
        nets = {f"resnet{depth}": ResNet(depth, 64, 1000) for depth in (18, 34, 50)}
    return {
        name: {key: list(value.shape) for key, value in net.state_dict().items() if "num_batches" not in key}
        for name, net in nets.items()
    }


def write(name, data, tensors=None):
    (WEIGHTS / name).write_bytes(data)
    if tensors is not None:
        write_safetensors(WEIGHTS / f"{name}.expected.safetensors", tensors)


if __name__ == "__main__":
    torch.manual_seed(12)
    WEIGHTS.mkdir(parents=True, exist_ok=True)
    tensors = various()
    plain = {name: tensor.detach().float().contiguous() for name, tensor in tensors.items()}
    write("various.pth", saved(tensors), plain)
    net = ResNet(18, 4, 7, stages=1)
    net.fc.weight.data = net.fc.weight.data.half()
    write("resnet.pth", saved(net.state_dict()), {n: t.float() for n, t in net.state_dict().items()})
    net.fc.weight.data = net.fc.weight.data.float()
    nested = checkpoint(net)
    write("checkpoint.pth", saved(nested), {n: t.float() for n, t in net.state_dict().items()})
    write_safetensors(WEIGHTS / "checkpoint.scores.safetensors", scores(net))
    small = {"weight": torch.ones(2, 2)}
    write("malicious.pth", saved({**small, "config": Malicious()}))
    write("legacy.pth", saved(small, _use_new_zipfile_serialization=False))
    write("protocol4.pth", saved(small, pickle_protocol=4))
    write("compressed.pth", rezipped(saved(small), zipfile.ZIP_DEFLATED))
    write("rezipped.pth", rezipped(saved(small)), small)
    write("big-endian.pth", rezipped(saved(small), replaced={"archive/byteorder": b"big"}))
    write("script.pt", script())
    write("boolean.pth", saved({"mask": torch.ones(3, dtype=torch.bool)}))
    write("epoch-only.pth", saved({"epoch": 3, "loss": [0.5]}))
    write("list.pth", saved([torch.ones(2)]))
    write("net.pth", saved({"net": small, "acc": 91.5, "epoch": 3}), small)
    write("student-teacher.pth", saved({"student": small, "teacher": small, "epoch": 3}))
    text = json.dumps(inventory(), separators=(",", ":")).replace('],"', '],\n"').replace('},"', '},\n"')
    (WEIGHTS / "torchvision.json").write_text(text + "\n")
    torch.manual_seed(34)
    write_known_answers()
    for file in sorted(WEIGHTS.iterdir()):
        print(file.name, file.stat().st_size)
