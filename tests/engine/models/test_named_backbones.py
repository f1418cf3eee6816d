"""Backbones of torchvision by name, and the branches that look and listen through them."""

from __future__ import annotations

import pytest
import torch

from engine.models.backbones import BACKBONES, FEATURES, feature_count, make_backbone
from engine.models.branches import PictureBranch, PictureBranchConfig, SoundBranch, SoundBranchConfig


def test_a_network_of_torchvision_gives_what_its_last_layer_took():
    torch.manual_seed(0)
    backbone = make_backbone("mobilenet_v3_small").eval()
    with torch.no_grad():
        features = backbone(torch.randn(2, 3, 64, 64))
    assert features.shape == (2, 1024) and feature_count("mobilenet_v3_small") == 1024
    # Without the layer of ImageNet's 1000 classes.
    assert all(weight.shape[0] != 1000 for weight in backbone.state_dict().values() if weight.ndim)
    assert {name: feature_count(name) for name in BACKBONES} == FEATURES


def test_the_first_dense_layer_of_a_vgg_can_be_had():
    with torch.device("meta"):
        backbone = make_backbone("vgg19-fc6").eval()
        seen = backbone(torch.randn(2, 3, 224, 224))
    assert seen.shape == (2, 4096) and feature_count("vgg19-fc6") == 4096
    # Named as in torchvision's file of weights, of which the rest is left.
    assert backbone.state_dict()["classifier.0.weight"].shape == (4096, 25088)
    assert "classifier.3.weight" not in backbone.state_dict()


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("squeezenet1_1", "does not end in one linear layer"),
        ("resnet", "there is no backbone “resnet”"),
        ("squeezenet1_1-fc6", "has no layers fc6"),
    ],
)
def test_what_can_be_no_backbone_is_refused(name: str, why: str):
    for make in (make_backbone, feature_count, PictureBranchConfig, SoundBranchConfig):
        with pytest.raises(ValueError, match=why):
            make(name)


def test_branches_take_pictures_and_spectrograms_or_their_features():
    torch.manual_seed(0)
    seeing, hearing = (
        PictureBranch(PictureBranchConfig("small", True, 48, 36)).eval(),
        SoundBranch(SoundBranchConfig("small", True, 4)).eval(),
    )
    pictures = torch.randint(0, 256, (2, 36, 48, 3), dtype=torch.uint8)
    levels_db = -100 * torch.rand(2, 1025, 44)
    with torch.no_grad():
        seen, heard = seeing(pictures), hearing(levels_db)
        assert seen.shape == heard.shape == (2, FEATURES["small"])
        assert torch.equal(seeing(seen), seen) and torch.equal(hearing(heard), heard)
        # Four neighbouring frequencies count as their mean: their order does not matter.
        turned = levels_db[:, :1024].unflatten(1, (-1, 4)).flip(2).flatten(1, 2)
        turned = torch.cat((turned, levels_db[:, 1024:]), 1)
        assert torch.allclose(hearing(turned), heard, atol=1e-4)
        # Half precision, as spectrograms are kept, is good enough.
        assert torch.allclose(hearing(levels_db.half()), heard, atol=0.02)


def test_a_branch_that_does_not_learn_stays_as_it_is():
    branch = PictureBranch(PictureBranchConfig("mobilenet_v3_small", False, 48, 36)).train()
    before = {name: tensor.clone() for name, tensor in branch.state_dict().items()}
    seen = branch(torch.randint(0, 256, (4, 36, 48, 3), dtype=torch.uint8))
    assert not seen.requires_grad and not branch.backbone.training
    assert all(torch.equal(before[name], tensor) for name, tensor in branch.state_dict().items())
    learning = PictureBranch(PictureBranchConfig("mobilenet_v3_small", True, 48, 36)).train()
    assert learning(torch.zeros(4, 36, 48, 3, dtype=torch.uint8)).requires_grad
