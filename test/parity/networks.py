"""torchvision's ResNets by its names, and DeepLabV2 on them, in PyTorch alone: the references of Tessera's fixtures and benchmarks."""

from torch import nn
from torch.nn import functional as F

RATES = (6, 12, 18, 24)


class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, channels_in, channels, stride=1, dilation=1):
        super().__init__()
        self.conv1 = nn.Conv2d(channels_in, channels, 3, stride, dilation, dilation, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, 1, dilation, dilation, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.downsample = downsample(channels_in, channels, stride)

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(y + (x if self.downsample is None else self.downsample(x)))


class Bottleneck(nn.Module):
    """Strided in the 3x3 convolution ("v1.5")."""

    expansion = 4

    def __init__(self, channels_in, channels, stride=1, dilation=1):
        super().__init__()
        self.conv1 = nn.Conv2d(channels_in, channels, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, stride, dilation, dilation, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.conv3 = nn.Conv2d(channels, channels * 4, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(channels * 4)
        self.downsample = downsample(channels_in, channels * 4, stride)

    def forward(self, x):
        y = F.relu(self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x))))))
        return F.relu(self.bn3(self.conv3(y)) + (x if self.downsample is None else self.downsample(x)))


def downsample(channels_in, channels, stride):
    if stride == 1 and channels_in == channels:
        return None
    return nn.Sequential(nn.Conv2d(channels_in, channels, 1, stride, bias=False), nn.BatchNorm2d(channels))


LAYOUTS = {
    18: (BasicBlock, [2, 2, 2, 2]),
    34: (BasicBlock, [3, 4, 6, 3]),
    50: (Bottleneck, [3, 4, 6, 3]),
}


class Backbone(nn.Module):
    """A ResNet's convolutions. `dilations`: of the stages; a dilated one has no stride."""

    def __init__(self, depth, width, stages=4, dilations=(1, 1, 1, 1)):
        super().__init__()
        block, blocks = LAYOUTS[depth]
        self.stages = [f"layer{stage + 1}" for stage in range(stages)]
        self.conv1 = nn.Conv2d(3, width, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.channels = width
        for stage, name in enumerate(self.stages):
            layers, dilation = [], dilations[stage]
            for index in range(blocks[stage]):
                stride = 2 if stage > 0 and index == 0 and dilation == 1 else 1
                layers.append(block(self.channels, width * 2**stage, stride, dilation))
                self.channels = width * 2**stage * block.expansion
            setattr(self, name, nn.Sequential(*layers))

    def features(self, x):
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 3, 2, 1)
        for name in self.stages:
            x = getattr(self, name)(x)
        return x


class ResNet(Backbone):
    def __init__(self, depth, width, classes, stages=4):
        super().__init__(depth, width, stages)
        self.fc = nn.Linear(self.channels, classes)

    def forward(self, x):
        return self.fc(self.features(x).mean((2, 3)))


class Pyramid(nn.Module):
    """Named as in the public DeepLabV2 trainers."""

    def __init__(self, channels, classes):
        super().__init__()
        self.conv2d_list = nn.ModuleList(nn.Conv2d(channels, classes, 3, 1, rate, rate) for rate in RATES)
        for conv in self.conv2d_list:
            nn.init.normal_(conv.weight, 0, 0.01)

    def forward(self, x):
        return sum(conv(x) for conv in self.conv2d_list)


class DeepLabV2(Backbone):
    """Output stride 8; every 3x3 convolution of stages 3 and 4 dilated by 2 and 4; logits resized to the image."""

    def __init__(self, depth, width, classes):
        super().__init__(depth, width, dilations=(1, 1, 2, 4))
        self.layer5 = Pyramid(self.channels, classes)

    def forward(self, x):
        logits = self.layer5(self.features(x))
        return F.interpolate(logits, x.shape[2:], mode="bilinear", align_corners=True)
