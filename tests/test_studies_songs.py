"""The studies of songs: their sources, what one run does, and what is measured of a net."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from secondlook.checks import over_seeds
from secondlook.compare import paired
from secondlook.data import gtzan
from secondlook.data.dataset import Dataset, Split
from secondlook.regularisation import Strengths
from secondlook.studies import NAMES, PRIVATE, study
from secondlook.studies.songs import measures, sources
from secondlook.studies.songs.arms import arm
from secondlook.studies.songs.run import SongsRun, compiled, first_training, fit, run, settings, start, trainer

STUDIES = ("songs_baseline", "songs_regularisation", "songs_convolution")


def toy(**how: object) -> SongsRun:
    """A run of two epochs on the toy songs with segment signal."""
    return arm("toys", "toy segments", "made", {"epochs": 2, **how}, seeds=1)[0]


@pytest.fixture(scope="module")
def songs() -> Dataset:
    return sources.load("toy segments", 0)


def test_standardisation_knows_the_training_songs_alone(songs: Dataset) -> None:
    x = songs["train"].x
    assert np.abs(x.mean(axis=0)).max() < 1e-5
    assert np.abs(x.std(axis=0) - 1).max() < 1e-4
    assert np.abs(songs["test"].x.mean(axis=0)).max() > 1e-3


@pytest.mark.parametrize("order", ["one new order", "an order for each song", "an order for each test song"])
def test_reordering_keeps_every_song_s_segments_and_its_class(order: sources.Order) -> None:
    raw = sources.SOURCES["toy order"].load(0)
    found = sources.reordered(raw, order, np.random.default_rng(1))
    for name, (x, y) in found.splits.items():
        played = raw[name].x
        assert np.array_equal(y, raw[name].y)
        assert np.array_equal(np.sort(x, axis=1), np.sort(played, axis=1))
        as_played = order == "an order for each test song" and name != "test"
        assert np.array_equal(x, played) == as_played
    assert found.fingerprint != raw.fingerprint
    same_for_all = np.array_equal(
        found["test"].x[1][:, 0].argsort().argsort(), raw["test"].x[1][:, 0].argsort().argsort()
    )
    assert not same_for_all


def test_one_new_order_is_the_same_for_all_songs_and_an_order_for_each_is_not() -> None:
    position = np.arange(120, dtype=np.float32)
    raw = Dataset("made", {"train": Split(np.tile(position[None, :, None], (9, 1, 2)), np.arange(9) % 3)}, ("a",), "f")
    for order, same in (("one new order", True), ("an order for each song", False)):
        x = sources.reordered(raw, order, np.random.default_rng(0))["train"].x  # type: ignore[arg-type]
        assert np.all(x[0] == x) == same


@pytest.mark.realdata("gtzan")
def test_folds_test_every_song_once_a_repeat_and_never_train_on_it() -> None:
    folds = [sources.gtzan_fold(seed) for seed in range(sources.FOLDS)]
    assert sum(len(fold["test"].y) for fold in folds) == 929
    tested = np.concatenate([fold["test"].x.reshape(len(fold["test"].y), -1) for fold in folds])
    every = gtzan.filtered(gtzan.load()).x.reshape(929, -1)
    assert sorted(song.tobytes() for song in tested) == sorted(song.tobytes() for song in every)
    for fold in folds:
        sizes = [len(fold[name].y) for name in ("train", "valid", "test")]
        assert sum(sizes) == 929 and abs(sizes[2] / sizes[0] - 1 / 3) < 0.01
        parts = {name: {song.tobytes() for song in fold[name].x} for name in fold.splits}
        assert not parts["train"] & parts["test"] and not parts["valid"] & parts["test"]
    assert not np.array_equal(folds[0]["test"].x, sources.gtzan_fold(5)["test"].x)


@pytest.mark.realdata("msd")
def test_codewords_are_one_number_of_eighteen_a_segment() -> None:
    found = sources.one_hot_codewords(0)
    assert [len(found[name].y) for name in ("train", "valid", "test")] == [976, 200, 210]
    assert found["train"].x.shape[1:] == (120, 18)
    assert np.array_equal(found["train"].x.sum(axis=2), np.ones((976, 120)))


def test_a_run_is_decided_by_its_config(songs: Dataset) -> None:
    first, again, other = run(toy()), run(toy()), run(dataclasses.replace(toy(), seed=1))
    assert first.scores == again.scores
    assert first.scores["end/test_nll"] != other.scores["end/test_nll"]


def test_a_run_scores_the_end_and_the_last_tenth_of_its_epochs(songs: Dataset) -> None:
    found = run(toy(epochs=10))
    assert {len(curve) for curve in found.curves.values()} == {10}
    assert found.scores["late/valid_accuracy"] == found.curves["valid_accuracy"][-1]
    assert found.scores["late/test_nll"] == found.scores["end/test_nll"]
    assert found.scores["max/valid_accuracy"] == found.curves["valid_accuracy"].max()
    assert found.scores["end/test_accuracy"] == found.items["test_right"].mean()


def test_the_objective_is_the_loss_and_the_penalty(songs: Dataset) -> None:
    penalised, free = run(toy()), run(toy(l2=Strengths(0.0, 0.0, 0.0)))
    assert np.all(penalised.curves["valid_objective"] > penalised.curves["valid_nll"])
    assert np.array_equal(free.curves["valid_objective"], free.curves["valid_nll"])


def test_settings_leave_out_what_needs_no_new_compilation() -> None:
    config = toy()
    assert settings(config) == settings(dataclasses.replace(config, seed=3, epochs=9, threshold=0.5, arm="other"))
    assert settings(config) != settings(dataclasses.replace(config, heights=(3, 3)))
    assert trainer(config, sources.load("toy segments", 0)["train"], 4) is compiled(settings(config), 4, (120, 25))


def test_pruning_sets_small_weights_of_the_first_training_to_zero_and_keeps_them_so(songs: Dataset) -> None:
    config = toy(pruned="convolutions", threshold=0.1)
    before, after = start(config, songs["train"], 4), fit(config, songs["train"], 4)
    guide = fit(first_training(config), songs["train"], 4)
    for at in (0, 2):  # the kernels of the two convolutions
        small = np.abs(np.asarray(guide.weights[at])) < 0.1
        assert small.any() and not small.all()
        assert np.array_equal(np.asarray(after.weights[at]) == 0, small)
    assert np.all(np.asarray(after.weights[4]) != 0)
    assert not np.array_equal(np.asarray(before.weights[4]), np.asarray(after.weights[4]))


def test_the_first_training_has_l1_instead_of_l2_on_the_part_to_be_pruned() -> None:
    first = first_training(toy(pruned="hidden", threshold=0.1))
    assert (first.l1, first.l2) == (Strengths(0, 0.001, 0), Strengths(0.01, 0, 0))
    assert first.pruned == "nothing"


def test_top_share_by_hand(songs: Dataset) -> None:
    config = toy()
    model, state = trainer(config, songs["train"], 4), start(config, songs["train"], 4)
    w1, b1, w2, b2, w3, b3, w4, b4 = (np.asarray(w) for w in state.weights)
    x = songs["test"].x[:50]
    h = np.maximum(np.maximum(np.maximum(x @ w1[0] + b1, 0) @ w2[0] + b2, 0).reshape(50, -1) @ w3 + b3, 0)
    shares = []
    for row in h:
        terms = np.abs(w4[:, (row @ w4 + b4).argmax()] * row)
        shares.append(terms.max() / terms.sum())
    assert measures.top_share(model, state, x) == pytest.approx(np.mean(shares), rel=1e-4)


@pytest.mark.parametrize("cell", ["gru", "lstm"])
def test_a_recurrent_net_is_measured_as_the_others_are(cell: str) -> None:
    """Keras gives its layer a variable that is not trained, which must come along."""
    found = run(toy(network=cell, units=4, epochs=1)).scores
    assert 0 < found["top_share"] <= 1 and found["rms/hidden"] > 0


def test_sizes_are_of_each_part_s_kernels() -> None:
    weights = [np.full((1, 2, 3), 2.0), np.ones(3), np.zeros((3, 3)), np.ones(3), np.full((3, 4), 5e-4), np.ones(4)]
    found = measures.sizes(weights)
    assert (found["rms/convolutions"], found["zero/hidden"], found["small/output"]) == (2.0, 1.0, 1.0)
    assert (found["zero/convolutions"], found["zero/output"]) == (0.0, 0.0)


def test_the_histogram_counts_every_convolution_weight() -> None:
    weights = [np.array([[[-9.0, 0.001]]]), np.ones(2), np.array([[[9.0], [0.3]]]), np.ones(1)]
    weights += [np.ones((2, 2)), np.ones(2), np.ones((2, 2)), np.ones(2)]
    found = measures.histogram(weights)
    assert found.sum() == 4 and found[0] == 1 and found[-1] == 1 and found[50] == 1


@pytest.mark.parametrize("name", STUDIES)
def test_arms_are_named_for_their_source_and_synthetic_songs_have_their_true_fingerprint(name: str) -> None:
    for config in (*study(name).full, *study(name).toy):
        assert config.arm.startswith(f"{config.source} ")  # type: ignore[attr-defined]
    toys = {config.source: config.data for config in study(name).toy}  # type: ignore[attr-defined]
    for source, fingerprint in toys.items():
        assert sources.SOURCES[source].load(0).fingerprint == fingerprint


def compared(difference: float, p: float) -> over_seeds.Compared:
    return over_seeds.Compared(dataclasses.replace(paired(np.arange(3.0), np.zeros(3)), difference=difference), p)


@pytest.mark.parametrize(
    ("differences", "kind"),
    [
        ([(1, 0.01), (1, 0.5)], "upheld"),
        ([(1, 0.01), (-1, 0.01)], "inconclusive"),
        ([(-1, 0.01), (1, 0.5)], "not upheld"),
        ([(1, 0.2), (-1, 0.3)], "inconclusive"),
    ],
)
def test_a_claim_over_several_sources(differences: list[tuple[float, float]], kind: str) -> None:
    found = [compared(*pair) for pair in differences]
    assert over_seeds.decide(found, +1) == kind
    opposite = {"upheld": "not upheld", "not upheld": "upheld"}
    assert over_seeds.decide(found, -1) == opposite.get(kind, kind)


def test_the_course_s_own_songs_run_by_the_same_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Made-up files in the course's form: its training needs no other source, and its study no committed record."""
    folder = tmp_path / "edinburgh"
    folder.mkdir()
    rng = np.random.default_rng(0)
    names = np.array([f"genre {k}" for k in range(10)], "S")

    x, y = rng.normal(size=(60, 120, 25)).astype(np.float32), np.arange(60) % 10
    for part, n in (("train", 60), ("valid", 20)):
        np.savez(folder / f"msd-10-genre-{part}.npz", inputs=x[:n], targets=y[:n], label_map=names)
    np.savez(folder / "msd-10-genre-test-inputs.npz", inputs=x[:20])
    np.savez(folder / "msd-10-genre-test-targets.npz", targets=y[:20])
    monkeypatch.setenv("SECONDLOOK_DATA", str(tmp_path))
    sources._load.cache_clear()
    private = study("songs_edinburgh")
    config = next(config for config in private.full if config.arm == "edinburgh max pooling by 2")
    assert isinstance(config, SongsRun)
    found = private.run(dataclasses.replace(config, epochs=1))
    assert len(found.items["test_right"]) == 20
    assert "songs_edinburgh" in PRIVATE and "songs_edinburgh" not in NAMES
