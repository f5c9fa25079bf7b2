"""The CIFAR-10 study, on its toy runs: paired seeds share their start, and scores mean what they say."""

import dataclasses

import numpy as np
import pytest

from secondlook import runs, scores
from secondlook.data import DataError
from secondlook.data import cifar10 as cifar10_data
from secondlook.runs import Run
from secondlook.studies import cifar10, study
from secondlook.studies.cifar10 import BATCH_SIZE, CifarRun

STUDY = study("cifar10")


def toy(arm: str, seed: int = 0, **settings: int) -> CifarRun:
    found = next(config for config in STUDY.toy if config.arm == arm and config.seed == seed)
    assert isinstance(found, CifarRun)
    return dataclasses.replace(found, **settings)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def run() -> Run:
    return cifar10.run(toy("toy mended", epochs=12))


def test_a_run_depends_on_its_config_alone(run: Run) -> None:
    again = cifar10.run(toy("toy mended", epochs=12))
    assert again.scores == run.scores
    assert all(np.array_equal(again.curves[name], run.curves[name]) for name in run.curves)


def test_the_arms_of_a_pair_start_from_the_same_weights() -> None:
    configs = toy("toy as written", 1), toy("toy mended", 1)
    models = [cifar10.trainer(c.network, 64, c.hidden, c.relu_logits) for c in configs]
    starts = [model.start(1).weights for model in models]
    assert all(np.array_equal(a, b) for a, b in zip(*starts, strict=True))


def test_scores_at_the_milestone_are_points_of_the_curves(run: Run) -> None:
    assert run.scores["at_10/test_accuracy"] == run.curves["test_accuracy"][9]
    assert run.scores["end/test_accuracy"] == run.curves["test_accuracy"][-1]
    assert run.scores["end/test_nll"] == pytest.approx(run.curves["test_nll"][-1])
    assert run.scores["max/test_accuracy"] == run.curves["test_accuracy"].max()
    assert run.scores["last_ten/test_accuracy"] == pytest.approx(run.curves["test_accuracy"][2:].mean())


def test_items_agree_with_the_scores(run: Run) -> None:
    right, confusion = run.items["end/test_right"], run.items["end/test_confusion"]
    assert right.mean() == pytest.approx(run.scores["end/test_accuracy"])
    assert np.trace(confusion) == right.sum()
    assert confusion.sum() == len(right)
    counts = run.items["end/train_confusion"]
    assert np.trace(counts) / counts.sum() == pytest.approx(run.scores["end/train_accuracy"])


def test_training_lowers_the_loss_and_one_epoch_is_one_pass(run: Run) -> None:
    assert run.curves["train_loss"][-1] < run.curves["train_loss"][0]
    shorter = cifar10.run(toy("toy mended", epochs=10))
    assert np.array_equal(shorter.curves["train_loss"], run.curves["train_loss"][:10])


def test_the_milestone_of_a_longer_run_is_the_end_of_a_shorter_one(run: Run) -> None:
    shorter = cifar10.run(toy("toy mended", epochs=10))
    names = ("test_accuracy", "test_nll", "train_accuracy")
    assert [shorter.scores[f"end/{n}"] for n in names] == [run.scores[f"at_10/{n}"] for n in names]


def test_a_relu_on_the_logits_leaves_items_with_logit_zero_and_no_relu_leaves_none(run: Run) -> None:
    written = cifar10.run(toy("toy as written", epochs=10))
    assert written.scores["end/true_logit_zero"] > 0
    assert run.scores["end/true_logit_zero"] == 0


def test_fewer_training_pictures_are_the_first_ones() -> None:
    config = toy("toy mended", epochs=10, n_train=BATCH_SIZE)
    few = cifar10.run(config)
    assert few.items["end/train_confusion"].sum() == BATCH_SIZE
    train, _ = cifar10.load(config.data, config.network)
    assert np.array_equal(few.items["end/train_confusion"].sum(axis=1), np.bincount(train.y[:BATCH_SIZE], minlength=10))


def test_pictures_lie_between_minus_one_and_one_and_keep_their_place() -> None:
    split = cifar10_data.Split(np.arange(3 * 32 * 32, dtype=np.uint8).reshape(1, 3, 32, 32), np.array([0]))
    split.x[0, 2, 5, 7] = 255
    split.x[0, 1, 5, 7] = 0
    flat, square = (cifar10.pictures(split, 255, network).x for network in ("fully connected", "convolutional"))
    assert flat.shape == (1, 3072)
    assert square.shape == (1, 32, 32, 3)
    assert (square[0, 5, 7, 2], square[0, 5, 7, 1]) == (1, -1)
    assert flat.min() >= -1
    assert flat.max() <= 1
    assert np.array_equal(flat.reshape(3, 32, 32), square[0].transpose(2, 0, 1))


def test_every_run_of_the_studies_has_a_name_of_its_own() -> None:
    names = ["cifar10", "cifar10_smaller", "cifar10_larger", "cifar10_fewer_pictures", "cifar10_convolutional"]
    configs = [config for name in names for config in (*study(name).full, *study(name).toy)]
    assert len({runs.key(config) for config in configs}) == len(configs)


@pytest.mark.realdata("cifar10")
def test_one_short_run_on_real_pictures_learns() -> None:
    config = next(config for config in STUDY.full if config.arm == "mended")
    assert isinstance(config, CifarRun)
    short = cifar10.run(dataclasses.replace(config, hidden=(50,), n_train=5_000, epochs=1, milestone=1))
    assert short.scores["end/test_accuracy"] > 0.2
    assert scores.recall(short.items["end/test_confusion"]).shape == (10,)


@pytest.mark.parametrize("network", ["fully connected", "convolutional"])
def test_no_other_data_are_taken_for_cifar10(network: str) -> None:
    with pytest.raises(DataError, match=r"data 0123: not known here; name data of fingerprint [0-9a-f]{16} or"):
        cifar10.load("0123", network)
