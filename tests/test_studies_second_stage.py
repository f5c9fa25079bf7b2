"""What is made of trained nets: on toy songs, by identities that hold whatever is learnt."""

import dataclasses
from collections.abc import Callable, Iterator

import jax.numpy as jnp
import numpy as np
import pytest
from scipy.special import log_softmax

from secondlook import ensembles, networks, scores
from secondlook.data.dataset import Split
from secondlook.data.songs import Songs
from secondlook.data.songs import load as load_songs
from secondlook.regularisation import NO_PENALTY, penalty
from secondlook.runs import Run
from secondlook.studies import study
from secondlook.studies.songs import (
    arms,
    combiners,
    combining,
    correcting,
    corrections,
    measures,
    members,
    sources,
    twenty_five,
)
from secondlook.studies.songs.convolution import POOLED
from secondlook.studies.songs.measures import hidden_units
from secondlook.studies.songs.members import BASELINE, CONVOLUTION, FULLY_CONNECTED, MEMBERS, BySplit
from secondlook.studies.songs.run import USUAL_L2, SongsRun, fit
from secondlook.studies.songs.run import run as songs_run
from secondlook.studies.songs.stage import Stage, StageRun, Task, at_once, followed, penalty_of_parts
from secondlook.training import State

STUDIES = ("songs_combining", "songs_correcting", "songs_twenty_five")
EPOCHS = 2
SONGS = "few songs"
LAW, SIZES = Songs(segment_signal=1.5, order_signal=0, classes=4), {"train": 300, "valid": 150, "test": 150}


def config(method: str, **how: object) -> StageRun:
    made = StageRun(study="toys", arm="made", seed=0, data="made", source=SONGS, epochs=EPOCHS, method=method)
    return dataclasses.replace(made, **how)  # type: ignore[arg-type]


@pytest.fixture(scope="module", autouse=True)
def small_songs() -> Iterator[None]:
    """Songs like those of the studies' toys, and fewer."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sources.SOURCES, SONGS, sources.Source("made", lambda seed: load_songs(LAW, SIZES, 0)))
        patch.setitem(arms.EPOCHS, SONGS, EPOCHS)
        yield


@pytest.fixture(scope="module")
def task() -> Task:
    return Task(config("any"))


def test_members_are_the_nets_of_the_studies_before(task: Task) -> None:
    """The same settings and seed give the same weights, and so the same scores."""
    single = {FULLY_CONNECTED: {"network": "mlp"}, BASELINE: {}, CONVOLUTION: POOLED}
    for net in task.nets():
        name = net.name.split(",")[0]
        assert net.config == dataclasses.replace(net.config, **single[name])
        found = songs_run(net.config)
        test = task.data["test"]
        assert found.scores["end/test_nll"] == pytest.approx(
            scores.negative_log_likelihood(net.logits["test"], test.y), rel=1e-6
        )


def test_another_net_of_the_same_kind_has_another_seed(task: Task) -> None:
    one, other = task.net(), task.net(1000)
    assert (one.config.seed, other.config.seed) == (0, 1000)
    assert not np.allclose(one.trained.weights[0], other.trained.weights[0])


def test_another_net_of_the_same_kind_learns_the_same_songs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the seed decides which songs are for training, more seeds must not bring in songs of the test."""
    sizes = {"train": 60, "valid": 20, "test": 20}
    folds = sources.Source("made", lambda seed: load_songs(LAW, sizes, seed), same_songs=False)
    monkeypatch.setitem(sources.SOURCES, SONGS, folds)
    learnt = []

    def fit(config: SongsRun, train: Split, classes: int, watch: Callable[[int, State], None]) -> None:
        learnt.append(train.x)
        watch(EPOCHS, State([], [], None))

    monkeypatch.setattr(members, "fit", fit)
    sources._load.cache_clear()
    task = Task(config("three of a kind", seed=7), further=5)
    for further in (0, 1000, 2000):
        assert task.net(further).config.seed == 7 + further
        assert task.net(further).trained.weights == []
        assert np.array_equal(learnt[-1], task.data["train"].x)
    assert task.seed == 12 and not np.array_equal(task.data["train"].x, sources.load(SONGS, 8)["train"].x)
    members.trained.cache_clear()
    sources._load.cache_clear()


def test_late_weights_are_the_last_ones_where_one_epoch_is_late(task: Task) -> None:
    trained = task.net().trained
    assert all(np.array_equal(a, b) for a, b in zip(trained.weights, trained.late, strict=True))


def test_late_weights_are_the_mean_over_the_late_epochs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measures, "LATE", 1.0)
    members.trained.cache_clear()
    task = Task(config("any"))
    kept: list[np.ndarray] = []
    net = task.net()
    fit(net.config, task.data["train"], task.classes, lambda _, state: kept.append(np.array(state.weights[0])))
    assert len(kept) == EPOCHS
    assert net.trained.late[0] == pytest.approx(np.mean(kept, axis=0), abs=1e-6)
    assert np.array_equal(net.trained.weights[0], kept[-1])
    members.trained.cache_clear()


def test_training_on_starts_where_the_net_ended_and_leaves_it_as_it_was(task: Task) -> None:
    net = task.net()
    before = [w.copy() for w in net.trained.weights]
    still = Stage(net.trainer, net.trainer.at(net.trained.weights), task.x)
    assert np.array_equal(still.model.logits(still.start, task.x["test"]), net.logits["test"])
    assert (
        combining.run(config("trained on")).scores["end/test_nll"]
        != at_once(net.logits, task.data).scores["end/test_nll"]
    )
    assert all(np.array_equal(a, b) for a, b in zip(before, net.trained.weights, strict=True))


def test_the_penalty_of_parts_is_the_sum_of_theirs_and_a_head_has_none(task: Task) -> None:
    nets = task.nets()
    weights = [jnp.asarray(w) for net in nets for w in net.trained.weights]
    head = [jnp.full((3, 2), 5.0), jnp.ones(2)]
    total = penalty_of_parts(*(net.size for net in nets))([*weights, *head])
    by_hand = sum(float(penalty([jnp.asarray(w) for w in net.trained.weights], NO_PENALTY, USUAL_L2)) for net in nets)
    assert float(total) == pytest.approx(by_hand, rel=1e-6)
    assert float(total) == pytest.approx(sum(net.penalty(net.trained.weights) for net in nets), rel=1e-6)


def test_the_mean_of_logits_has_the_cross_entropy_that_ambiguity_says(task: Task) -> None:
    found = combining.run(config("mean of logits"))
    singles = [scores.negative_log_likelihood(net.logits["test"], task.data["test"].y) for net in task.nets()]
    assert found.scores["end/test_nll"] + found.scores["ambiguity"] == pytest.approx(np.mean(singles), rel=1e-5)


def test_a_combiner_from_the_mean_starts_at_the_mean_of_the_logits(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Stage] = []

    def watched(stage: Stage, task: Task) -> tuple[Run, BySplit]:
        seen.append(stage)
        return followed(stage, task)

    monkeypatch.setattr(combiners, "followed", watched)
    task = Task(config("linear combiner from the mean"))
    model = combiners.combiner(False, 3, task.classes)
    left_as_it_starts = [np.empty(0)] * EPOCHS
    monkeypatch.setattr(model, "epochs", lambda start, *_: ((start, objectives) for objectives in left_as_it_starts))
    combiners.combined(task, from_mean=True)
    (stage,) = seen
    found = stage.model.logits(stage.start, stage.inputs["test"])
    expected = np.mean([net.logits["test"] for net in task.nets()], axis=0)
    assert found == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("method", ["trained on", "correcting model", "linear combiner", "trained together"])
def test_late_scores_are_of_test_songs(method: str) -> None:
    """Of two epochs the last one is late, so the late scores are those of the end."""
    found = twenty_five.run(config(method)).scores
    for score in ("test_accuracy", "test_nll", "test_balanced", "valid_accuracy"):
        assert found[f"late/{score}"] == found[f"end/{score}"]
    assert found["end/test_nll"] != found["end/valid_nll"]


def test_stacking_never_uses_a_net_on_a_song_that_it_has_learnt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every training song is put to nets that were trained without it, once."""
    learnt: list[set[bytes]] = []
    asked: list[bytes] = []
    train = sources.load(SONGS, 0)["train"]

    def fit(config: SongsRun, split: sources.Split, classes: int) -> str:
        learnt.append({song.tobytes() for song in split.x})
        return "fitted"

    task = Task(config("stacked out of fold"))
    nets = task.nets()
    whole = {name: np.zeros((len(split.y), 3, 4)) for name, split in task.data.splits.items()}

    class Asked:
        config = nets[0].config

        class trainer:
            @staticmethod
            def logits(state: str, x: np.ndarray) -> np.ndarray:
                songs = [song.tobytes() for song in x]
                assert not learnt[-1] & set(songs)
                asked.extend(songs)
                return np.random.default_rng(len(asked)).normal(size=(len(x), 4))

    monkeypatch.setattr(combiners, "fit", fit)
    monkeypatch.setattr(combiners, "side_by_side", lambda task, nets: whole)
    monkeypatch.setattr(Task, "nets", lambda self: [Asked, Asked, Asked])
    combiners.out_of_fold(task)
    assert len(asked) == 3 * len(train.y) and len(set(asked)) == len(train.y)


def test_members_together_without_reward_learn_as_they_do_alone() -> None:
    """Adam does not mind the factor of a third on loss and penalty, so the mean of their logits is the same.

    One epoch is enough to tell, and in two rounding grows to a tenth of a nat on some processors.
    """
    one = config("trained together", dissimilarity=0.0, epochs=1)
    found, task = combining.run(one), Task(one)
    nets = task.nets()
    builds, sizes = tuple(net.trainer.build for net in nets), tuple(net.size for net in nets)
    model = combiners.dissimilar(builds, sizes, 0.0)
    fresh = [w for net in nets for w in net.trainer.start(0).weights]
    together, logits = followed(Stage(model, model.at(fresh), task.x), task)
    alone = np.mean([net.logits["test"] for net in nets], axis=0)
    assert log_softmax(logits["test"], axis=1) == pytest.approx(log_softmax(alone, axis=1), abs=0.02)
    each = np.stack([net.logits["test"] for net in nets], axis=1)
    assert together.scores["ambiguity"] == pytest.approx(ensembles.ambiguity(each).mean(), rel=0.05)
    assert found.scores.keys() == together.scores.keys()


def test_a_correction_leaves_the_original_and_alone_is_what_it_adds(task: Task) -> None:
    found = correcting.run(config("correcting model"))
    net = task.net()
    stage = corrections.correction(task, net.logits, task.x)
    run, logits = followed(stage, task)
    assert run.scores["end/test_nll"] == pytest.approx(found.scores["end/test_nll"], rel=1e-6)
    alone = logits["test"] - net.logits["test"]
    y = task.data["test"].y
    assert found.scores["alone/test_accuracy"] == pytest.approx(scores.accuracy(alone.argmax(axis=1), y))
    assert found.curves["alone_accuracy"].shape == (EPOCHS,)


def test_the_objective_counts_the_penalty_of_the_net_that_stays(task: Task) -> None:
    net = task.net()
    fixed = net.penalty(net.trained.weights)
    without = followed(corrections.correction(task, net.logits, task.x), task)[0].scores["end/train_objective"]
    assert correcting.run(config("correcting model")).scores["end/train_objective"] == pytest.approx(without + fixed)


def test_an_over_confident_original_makes_its_correction_worse_than_chance() -> None:
    """The toy songs have four genres; see notebook 08 for why."""
    runs = (config("correcting model", confidence=by, source="toy segments") for by in (0.25, 4.0))
    meek, bold = (correcting.run(of).scores for of in runs)
    assert meek["alone/test_accuracy"] > 0.6 and bold["alone/test_accuracy"] < 0.2
    assert meek["scale/test"] > 1 > bold["scale/test"]
    assert meek["alone/test_auroc"] > 0.8 and bold["alone/test_auroc"] < 0.3


def test_the_correction_that_knows_more_is_given_songs_hidden_units_and_output(
    task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = {}
    whole = corrections.correction

    def watched(task: Task, offset: object, x: dict[str, np.ndarray], fixed: float) -> Stage:
        seen.update(x)
        return whole(task, offset, x, fixed)  # type: ignore[arg-type]

    monkeypatch.setattr(corrections, "correction", watched)
    correcting.run(config("given hidden units and output"))
    net, x = task.net(), task.x["test"]
    hidden = hidden_units(net.trainer, net.trainer.at(net.trained.weights), x)
    given = np.hstack([x.reshape(len(x), -1), hidden, net.logits["test"]])
    assert seen["test"].shape == given.shape and abs(seen["test"] - given).max() < 1e-5
    w, b = net.trained.weights[-2:]
    assert hidden @ w + b == pytest.approx(net.logits["test"], abs=1e-3)


def test_stages_begin_with_the_original_and_the_first_is_the_correcting_model(task: Task) -> None:
    found = correcting.run(config("eight corrections")).scores
    original = at_once(task.net().logits, task.data).scores
    for name in ("train_nll", "valid_accuracy", "test_nll"):
        assert found[f"stage 0/{name}"] == pytest.approx(original[f"end/{name}"], rel=1e-6)
    one = correcting.run(config("correcting model")).scores
    assert found["stage 1/test_nll"] == pytest.approx(one["end/test_nll"], rel=1e-5)
    assert found["stage 8/test_nll"] == found["end/test_nll"]
    assert found["stage 2/train_nll"] < found["stage 0/train_nll"]


def test_of_a_correction_a_part_is_added(task: Task) -> None:
    stage = corrections.correction(task, task.net().logits, task.x)
    full, before = followed(stage, task)[1]["test"], task.net().logits["test"]
    y = task.data["test"].y
    for part in (1.0, 0.3):
        found = correcting.run(config("eight corrections", shrinkage=part)).scores["stage 1/test_nll"]
        expected = scores.negative_log_likelihood(before + part * (full - before), y)
        assert found == pytest.approx(expected, rel=1e-4)


def test_a_combiner_from_the_sum_begins_as_the_correcting_model(task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    (((sum_of_both, _),), ((combined, _),), ((random, _),)) = (
        stages_of(method, monkeypatch)
        for method in ("correcting model", "through a combiner from the sum", "through a combiner")
    )
    at_start = [of.model.logits(of.start, of.inputs["test"]) for of in (sum_of_both, combined, random)]
    assert at_start[1] == pytest.approx(at_start[0], abs=1e-4)
    assert not np.allclose(at_start[2], at_start[0], atol=0.1)


def stages_of(method: str, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Stage, Task]]:
    """What is trained by a method of correcting, and for which task."""
    seen: list[tuple[Stage, Task]] = []

    def watched(stage: Stage, task: Task) -> tuple[Run, BySplit]:
        copied = stage._replace(start=stage.model.at(stage.start.weights))
        seen.append((copied, task))
        return followed(stage, task)

    monkeypatch.setattr(corrections, "followed", watched)
    correcting.run(config(method))
    return seen


def test_output_layer_refitted_starts_as_it_is(task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    ((stage, _),) = stages_of("output layer refitted", monkeypatch)
    found = stage.model.logits(stage.start, stage.inputs["test"])
    assert found == pytest.approx(task.net().logits["test"], abs=1e-3)
    assert len(stage.start.weights) == 2


def test_every_correction_has_its_own_seed_and_corrects_what_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = stages_of("eight corrections", monkeypatch)
    assert [task.seed for _, task in seen] == [1000 * m for m in range(corrections.STAGES)]
    starts = {np.asarray(stage.start.weights[0]).tobytes() for stage, _ in seen}
    assert len(starts) == corrections.STAGES
    offsets = {stage.offset["test"].tobytes() for stage, _ in seen if stage.offset}
    assert len(offsets) == corrections.STAGES


def test_the_seed_of_a_task_decides_the_order_of_the_songs(task: Task) -> None:
    net = task.net()
    one, other = (
        followed(Stage(net.trainer, net.trainer.at(net.trained.weights), task.x), t)[0].scores["end/test_nll"]
        for t in (task, Task(task.run, further=1))
    )
    assert one != other


@pytest.mark.parametrize("method", [m for m in twenty_five.METHODS if m != "stacked out of fold"])
def test_every_method_scores_songs_it_was_not_trained_on(method: str) -> None:
    """After two epochs, twice as well as chance; but these are too few for a combiner that starts at random."""
    found = twenty_five.run(config(method)).scores
    assert (found["end/test_balanced"] > 0.5) != (method == "linear combiner")
    for name in ("late/test_accuracy", "late/test_nll", "late/test_balanced", "late/valid_accuracy"):
        assert np.isfinite(found[name])


@pytest.mark.parametrize("name", STUDIES)
def test_arms_are_named_for_their_source_and_seeds_go_together(name: str) -> None:
    for run in study(name).full:
        assert run.arm.startswith(f"{run.source} ")  # type: ignore[attr-defined]
        assert run.data == sources.SOURCES[run.source].fingerprint  # type: ignore[attr-defined]
    seeds = [run.seed for run in study(name).full if run.source == "gtzan"]  # type: ignore[attr-defined]
    assert seeds == sorted(seeds)


def test_members_of_twenty_five_genres_have_a_logit_for_each() -> None:
    assert networks.genre_cnn(25, inputs=(10, 128)).output_shape == (None, 25)
    assert set(MEMBERS) == {FULLY_CONNECTED, BASELINE, CONVOLUTION}


@pytest.mark.realdata("audioset_genre")
def test_clips_keep_their_genres_in_proportion() -> None:
    found = sources.clips(0)
    shares = [np.bincount(found[name].y, minlength=25) / len(found[name].y) for name in ("train", "valid")]
    assert len(found["valid"].y) == 300 and np.abs(shares[0] - shares[1]).max() < 0.01
    assert found["train"].x.shape[1:] == (10, 128)
