"""The checks of notebook 04: each verdict follows the songs, the labels and the records, and turns when they turn."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import optax
import pytest
from scipy import signal, stats

from secondlook import document_001
from secondlook.checks import over_seeds
from secondlook.checks.songs_and_genres import baseline, family, features, methods, printed, songs
from secondlook.data.dataset import Split
from secondlook.data.songs import ORDERS
from secondlook.results import Arm
from secondlook.studies.songs import pictures

LEVELS = {"ReLU": 0.40, "tanh": 0.37, "sigmoid": 0.30, "shuffled": 0.40, "taller": 0.45}
SEEDS = 12


def arm_of(scores: dict[str, Any], items: dict[str, np.ndarray] | None = None, curves: Any = None) -> Arm:
    values = {name: np.atleast_1d(value) for name, value in scores.items()}
    return Arm({}, tuple(range(len(next(iter(values.values()))))), values, curves or {}, items or {}, np.ones(1))


def net(accuracy: float, seed: int, spread: float = 0.002) -> Arm:
    values = accuracy + np.random.default_rng(seed).normal(0, spread, SEEDS)
    return arm_of({"late/test_accuracy": values, "late/valid_accuracy": values, "late/test_nll": 2 - values})


def looked_at(chroma_step: float = 0.3, timbre_step: float = 0.0, length: float = 1.0) -> Arm:
    """Made-up tracks in which features side by side correlate more than others by a step."""
    noise = np.random.default_rng(0).normal(0, 0.02, (16, 17))
    first = np.arange(17) % 6 == 0
    items = {
        "song": np.zeros((1, 120, 25)),
        "chroma by distance": (0.1 + chroma_step * first + noise)[None, :, :6],
        "timbre by distance": (0.2 + timbre_step * (np.arange(17) == 6) + noise)[None, :, 6:],
    }
    scores = {f"{name} length/50 %": length for name in ("timbre", "bands")}
    return arm_of(scores, items, {"all together": {"mean": np.array([1.0, 0.3])}})


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Arm]]:
    """Made-up records: ReLU wins, shuffles change nothing, taller kernels help. A test may replace an arm."""
    arms = {
        "songs_pictures/tracks": looked_at(),
        "songs_pictures/gtzan": looked_at(),
        "songs_pictures/annotations": arm_of(
            {"tracks": 133_676, "two genres": 1, "first/Pop_Rock": 80_000, "first/Blues": 2_900, "first/Rap": 6_000}
        ),
    }
    for k, source in enumerate(("gtzan", "codewords", "some order")):
        level = {"baseline": "ReLU", "tanh": "tanh", "sigmoid": "sigmoid"} | dict.fromkeys(family.ORDERS, "shuffled")
        for j, (name, of) in enumerate(level.items()):
            arms[f"songs_baseline/{source} {name}"] = net(LEVELS[of], 10 * k + j)
        for height in (3, 5, 10):
            arms[f"songs_convolution/{source} kernels of {height}"] = net(LEVELS["taller"], 100 * k + height)
    for k, (law, gain) in enumerate({"no order": 0.0, "some order": 0.2}.items()):
        arms[f"songs_baseline/{law} baseline"] = net(0.40, 300 + k)
        arms[f"songs_convolution/{law} kernels of 3"] = net(0.40 + gain, 310 + k)
    for module in (over_seeds, family, songs, baseline, features):
        monkeypatch.setattr(module, "arm", arms.__getitem__)
    family.family.cache_clear()
    yield arms
    family.family.cache_clear()


def everywhere(recorded: dict[str, Arm], arm: str, accuracy: float, spread: float = 0.002) -> None:
    """Let an arm have this accuracy on both real sources."""
    for k, source in enumerate(family.SOURCES):
        recorded[arm.format(source)] = net(accuracy, 1000 + 7 * k + len(arm), spread)
    family.family.cache_clear()


def test_the_family_is_adjusted_together(recorded: dict[str, Arm]) -> None:
    found = family.family()
    assert len(found) == 2 * (2 + 3 + 3) + 2
    assert min(c.p for c in found.values()) == pytest.approx(len(found) * min(c.found.p for c in found.values()))


def test_the_verdict_on_activations_needs_both_and_turns_with_either(recorded: dict[str, Arm]) -> None:
    assert baseline.activations().kind == "upheld"
    everywhere(recorded, "songs_baseline/{} tanh", 0.40, spread=0.02)
    assert baseline.activations().kind == "inconclusive"
    everywhere(recorded, "songs_baseline/{} tanh", 0.45)
    assert baseline.activations().kind == "not upheld"


def test_the_slopes_are_those_of_the_functions() -> None:
    assert (baseline.slope("relu", 5.0), baseline.slope("relu", -5.0)) == (1, 0)
    sigmoid = 1 / (1 + np.exp(-5.5)) - 1 / (1 + np.exp(-4.5))
    assert baseline.slope("sigmoid", 5.0) == pytest.approx(sigmoid, rel=1e-4)


def test_the_verdict_on_shuffles_is_equivalence_difference_or_neither(recorded: dict[str, Arm]) -> None:
    assert baseline.shuffled().kind == "upheld"
    everywhere(recorded, "songs_baseline/{} an order for each song", 0.40, spread=0.02)
    assert baseline.shuffled().kind == "inconclusive"
    everywhere(recorded, "songs_baseline/{} an order for each song", 0.30)
    assert baseline.shuffled().kind == "not upheld"


def test_a_new_order_is_a_symmetry_only_if_the_linear_layer_follows(monkeypatch: pytest.MonkeyPatch) -> None:
    assert baseline.symmetry() < 1e-5
    monkeypatch.setattr(baseline, "in_new_order", lambda weights, order: weights)
    assert baseline.symmetry() > 0.1


def test_the_layers_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    assert baseline.layers().kind == "upheld"
    monkeypatch.setattr(printed, "KERNELS", 51)
    assert baseline.layers().kind == "corrected"


@pytest.mark.parametrize(
    ("chroma", "timbre", "kind"),
    [(0.3, 0, "not upheld"), (0, 0.2, "not upheld"), (0, 0, "upheld"), (0.05, 0, "inconclusive")],
)
def test_distance_matters_if_it_does_in_either_group(
    recorded: dict[str, Arm], chroma: float, timbre: float, kind: str
) -> None:
    recorded["songs_pictures/tracks"] = looked_at(chroma, timbre)
    assert features.distance().kind == kind


def test_kernel_height_is_judged_by_the_height_nearest_to_the_length(
    recorded: dict[str, Arm], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert features.kernel_height().kind == "not upheld"  # the length is 1, and taller kernels win
    assert "in 6 of 6 comparisons of accuracy" in features.kernel_height().finding
    assert features.kernel_height().finding.endswith("6 of the others are better.")
    assert "and the verdict rests on that" in features.kernel_height().finding
    with monkeypatch.context() as no_counterexample:
        no_counterexample.setattr(features, "counterexample", lambda: False)
        assert features.kernel_height().kind == "not upheld"
    for name in ("tracks", "gtzan"):
        recorded[f"songs_pictures/{name}"] = looked_at(length=2)
    everywhere(recorded, "songs_convolution/{} kernels of 3", 0.5)
    assert {family.nearest(source) for source in family.SOURCES} == {3}
    assert (
        features.kernel_height().kind == "inconclusive"
    )  # here the best height is the nearest, in general it need not
    assert "the verdict rests" not in features.kernel_height().finding
    monkeypatch.setattr(features, "counterexample", lambda: False)
    assert features.kernel_height().kind == "upheld"
    assert "Two laws" not in features.kernel_height().finding
    everywhere(recorded, "songs_convolution/{} kernels of 3", 0.45)
    assert features.kernel_height().kind == "inconclusive"


def test_rounds_and_random_orders_have_the_same_autocorrelation() -> None:
    expected = [1, 0.04, 0.08, 0.12, 0.16, 0.2]  # a fifth of the pairs that lie in two blocks
    assert np.allclose(features.same_note(ORDERS), expected)
    assert all(np.allclose(features.same_note(features.turns(c)), expected) for c in range(24))
    assert features.same_note(np.array([[0, 1, 2, 3, 0]]))[4] > 0.16
    assert features.counterexample()


@pytest.mark.parametrize(("law", "accuracy"), [("no order", 0.6), ("some order", 0.4)])
def test_there_is_no_counterexample_where_both_laws_need_the_same_height(
    recorded: dict[str, Arm], law: str, accuracy: float
) -> None:
    assert features.counterexample()
    recorded[f"songs_convolution/{law} kernels of 3"] = net(accuracy, 320)
    assert not features.counterexample()


def test_optimisers_agree_with_their_formulas() -> None:
    g = methods.GRADIENTS["shrinks"]
    v = signal.lfilter([0.001], [1, -0.999], g**2)
    adam = 1 / np.sqrt(v / (1 - 0.999 ** np.arange(1, len(g) + 1)))
    assert np.allclose(methods.rates(methods.OPTIMISERS["Adam"], g), adam, rtol=2e-3)
    assert np.allclose(methods.rates(methods.OPTIMISERS["AdaGrad"], g), 1 / np.sqrt(np.cumsum(g**2)), rtol=1e-3)


def test_only_adagrad_always_falls(monkeypatch: pytest.MonkeyPatch) -> None:
    found = methods.trends()
    assert set(found["AdaGrad"].values()) == {"falls"}
    assert found["Adam"] == found["RMSProp"] == {"stays": "stays", "shrinks": "rises", "grows": "falls"}
    assert methods.adam().kind == "corrected"
    always = methods.OPTIMISERS["AdaGrad"]
    monkeypatch.setattr(methods, "OPTIMISERS", dict.fromkeys(methods.OPTIMISERS, always))
    assert methods.adam().kind == "upheld"


def test_momentum_moves_on_without_a_gradient() -> None:
    assert methods.goes_on(optax.adam(1.0)) and not methods.goes_on(optax.sgd(1.0))


def test_a_work_that_found_obstacles_would_not_be_miscited(monkeypatch: pytest.MonkeyPatch) -> None:
    assert methods.many_optima().kind == "miscited"
    monkeypatch.setattr(printed, "GOODFELLOW", "networks often encounter significant obstacles")
    assert methods.many_optima().kind == "upheld"


def test_the_shape_and_the_scale_of_songs(recorded: dict[str, Arm], monkeypatch: pytest.MonkeyPatch) -> None:
    assert songs.shape_and_scale().kind == "upheld"
    scaled = songs.sources.load("toy segments", 0)
    for shift, factor in ((0.1, 1), (0, 2)):
        splits = {name: Split(shift + factor * x, y) for name, (x, y) in scaled.splits.items()}
        monkeypatch.setattr(songs.sources, "load", lambda source, seed, splits=splits: replace(scaled, splits=splits))
        assert songs.shape_and_scale().kind == "corrected"


def test_labels_that_could_have_been_the_neighbours_are_inconclusive(recorded: dict[str, Arm]) -> None:
    assert songs.labels().kind == "upheld"
    assert "could not have served: Rock, RnB, Electronic, Metal, Pop" in songs.labels().finding
    assert any(
        "Blues of the ten genres are first label of fewer than 5,000" in line for line in songs.labels().evidence
    )
    every = {"tracks": 133_676, **{f"first/{genre}": 6_000 for genre in printed.TEN_GENRES}}
    recorded["songs_pictures/annotations"] = arm_of(every)
    assert songs.labels().kind == "inconclusive"
    assert "could have served: none" in songs.labels().finding


def test_whole_counts_give_back_the_number_of_songs(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    for n in (2_000, 5_000, 10_000):
        assert songs.smallest_count(rng.integers(n, size=200) / n) == n
    assert songs.numbers_of_songs().kind == "upheld"
    monkeypatch.setattr(document_001, "curve", lambda figure, arm: np.array([0.5, 0.75]))
    assert songs.numbers_of_songs().kind == "not upheld"  # four songs, by these


def ar1(phi: float, n: int = 300) -> np.ndarray:
    """Songs of 25 independent features, each an autoregression with correlation phi between neighbours."""
    rng = np.random.default_rng(1)
    x = rng.normal(size=(n, 120, 25))
    for t, now in pairwise(range(120)):
        x[:, now] = phi * x[:, t] + np.sqrt(1 - phi**2) * x[:, now]
    return x


def test_autocorrelation_of_an_autoregression() -> None:
    lags = np.arange(6)
    assert np.allclose(pictures.together(ar1(0.7))[:6], 0.7**lags, atol=0.02)
    scores, curves = pictures.measured(ar1(0.7), pictures.OF_TRACKS)
    assert scores["timbre length/50 %"] == 3  # 0.7^2 is above 1/e, 0.7^3 below
    assert np.allclose(
        curves["timbre/mean"][:4], 0.7 ** lags[:4], atol=0.08
    )  # less the song's own mean: a little lower
    own = ar1(0.0) + np.random.default_rng(2).normal(size=(300, 1, 25))
    assert np.allclose(pictures.together(own)[1:], 0.5, atol=0.05)  # a mean of its own never wears off
    assert np.abs(pictures.measured(own, pictures.OF_TRACKS)[1]["timbre/mean"][1:]).max() < 0.05


def test_correlations_are_numpys_and_are_sorted_by_distance() -> None:
    x = ar1(0.3, n=3)
    assert np.allclose(pictures.correlations(x)[1], np.corrcoef(x[1].T))
    gap = np.abs(np.subtract.outer(np.arange(12), np.arange(12)))
    ring = np.minimum(gap, 12 - gap)
    assert np.allclose(pictures.at_distance(ring[None] / 10, ring, 6), np.arange(1, 7) / 10)
    x[:, :, 23] = x[:, :, 12]  # the first and the last pitch are neighbours round the octave
    assert pictures.by_distance(x)["chroma by distance"].mean(axis=0).argmax() == 0


def test_label_counts() -> None:
    found = pictures.label_counts({"a": ("Rap",), "b": ("Rap", "RnB"), "c": ("RnB",)})
    assert found == {"tracks": 3, "two genres": 1, "first/Rap": 2, "first/RnB": 1}


def test_mean_pictures_are_standardised_means() -> None:
    x, y = 3 + 2 * ar1(0.0, n=40), np.arange(40) % 2
    found = pictures.mean_pictures(x, y)["mean pictures"]
    assert np.allclose(found.mean(axis=(0, 1)), 0, atol=1e-6)
    assert np.allclose(
        found[1], stats.zscore(x.reshape(-1, 25), axis=0).reshape(x.shape)[y == 1].mean(axis=0), atol=1e-5
    )
