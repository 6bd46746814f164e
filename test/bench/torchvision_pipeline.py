"""torchvision's side of the data pipeline: JPEG files → augmented, normalised batches, in a DataLoader's worker processes.

The recipe is the one of src-main/data/augmentation: flips, rotation and zoom (bilinear), a random crop of the image padded by
reflection, colour jitter, normalisation.
"""

import importlib.util
import itertools
import sys
from pathlib import Path

import torch


def import_transforms():
    """torchvision's transforms, also where its compiled operators do not fit this build of PyTorch: they need none."""
    spec = importlib.util.find_spec("torchvision")
    if spec is None or importlib.util.find_spec("PIL") is None:
        sys.exit(3)
    try:
        for library in Path(spec.origin).parent.glob("_C*"):
            torch.ops.load_library(library)
    except OSError:  # then declare the two whose absence stops the import
        library = torch.library.Library("torchvision", "DEF")
        for operator in ("nms", "qnms"):
            library.define(f"{operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        import_transforms.kept = library  # it undoes the declarations when it is collected
    import torchvision
    from torchvision import transforms
    from torchvision.transforms import v2

    return torchvision.__version__, transforms, v2


MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def recipe(t, settings, side):
    """The steps that both generations of transforms have, on images of PIL or on 8-bit tensors."""
    jitter, zoom = settings["colourJitter"], settings["rescale"]
    flips = [t.RandomHorizontalFlip(), t.RandomVerticalFlip()] if settings["flip"] else []
    return [
        *flips,
        t.RandomAffine(
            settings["rotateDegrees"], scale=(1 - zoom, 1 + zoom), interpolation=t.InterpolationMode.BILINEAR
        ),
        t.Pad(settings["cropPadding"], padding_mode="reflect"),
        t.RandomCrop(side),
        t.ColorJitter(jitter, jitter, jitter, settings["hueJitter"]),
    ]


class Patches(torch.utils.data.Dataset):
    def __init__(self, folder, transform):
        self.files = sorted(Path(folder).iterdir())
        self.transform = transform

    def __len__(self):
        return len(self.files)

    def __getitem__(self, index):
        from PIL import Image

        with Image.open(self.files[index]) as image:
            return self.transform(image.convert("RGB"))


def pipeline_step(task):
    version, v1, v2 = import_transforms()
    settings, side = task["patches"]["augmentation"], task["work"]["imageSize"]
    if task["variant"] == "pil":
        transform = v1.Compose([*recipe(v1, settings, side), v1.ToTensor(), v1.Normalize(MEAN, STD)])
    else:
        steps = [v2.PILToTensor(), *recipe(v2, settings, side), v2.ToDtype(torch.float32, scale=True)]
        transform = v2.Compose([*steps, v2.Normalize(MEAN, STD)])
    patches = Patches(task["patches"]["folder"], transform)
    endless = itertools.cycle(range(len(patches)))
    loader = torch.utils.data.DataLoader(
        patches, task["work"]["batchSize"], sampler=endless, num_workers=task["threads"]
    )
    batches = iter(loader)

    def step():
        for _ in range(task["batches"]):
            next(batches)

    torch.set_num_threads(1)
    return f"torchvision ({task['variant']})", version, step
