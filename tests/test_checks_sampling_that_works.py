"""The checks of notebook 14: the derivations hold against simulation, and each verdict turns when its record turns."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field

import emcee
import numpy as np
import pytest

from secondlook.checks import over_seeds
from secondlook.checks.intervals import Interval, around, short
from secondlook.checks.sampling_that_works import ball, memory, sampled, shape, start
from secondlook.claims import Verdict
from secondlook.recording import over_seeds as summary
from secondlook.results import Arm
from secondlook.samplers import run_ensemble
from secondlook.studies import walkers
from secondlook.studies.last_layer.document import STEPS
from secondlook.studies.songs import sources
from secondlook.studies.songs.variational import ALL

WIGGLE = 0.003
"""Seeds of a made-up record differ by this part, and log likelihoods by a thirtieth of it."""


@dataclass
class Made:
    """Made-up records of both studies, as `over_seeds.arm` gives them; `seeds` may be any number from two on."""

    seeds: int = 3
    memory: Callable[[float], float] = lambda d: 2.0 * d**1.5
    ratios: tuple[float, float, float] = (0.05, 0.4, 2.5)
    end_height: float = 1.0
    best: dict[str, float] = field(default_factory=lambda: {"songs": -36_000.0, "gtzan": -5.0, "mnist": -900.0})
    lost: float = 60_000.0
    ends: float = 5_000.0
    gap: float = 100.0
    """By how much the best walker is above their mean."""
    finite: tuple[float, float] = (1.0, 1.0)
    right: dict[str, float] = field(default_factory=lambda: {"gtzan": 1.0})

    def __call__(self, name: str) -> Arm:
        study, _, of = name.partition("/")
        wiggle = 1 + WIGGLE * np.linspace(-1, 1, self.seeds)
        return (self.walkers if study == "walkers" else self.layer)(of, wiggle)

    def walkers(self, name: str, wiggle: np.ndarray) -> Arm:
        config = next(c for c in walkers.STUDY.full if isinstance(c, walkers.WalkersRun) and c.arm == name)
        at = walkers.looks(config.steps)
        known = self.memory(config.d) * wiggle
        height = np.linspace(1.01, self.end_height, len(at))
        curves = {"correlation": np.exp(-at / known[:, None]), "height": np.outer(wiggle, height)}
        curves |= {key: np.outer(wiggle, np.full(len(at), r)) for key, r in zip(shape.NAMES, self.ratios, strict=True)}
        scores = {"moved": 0.03 * wiggle} | ({"memory": known} if config.exact else {})
        return self.arm(asdict(config), scores, curves)

    def layer(self, name: str, wiggle: np.ndarray) -> Arm:
        source, method = name.split(" ")
        best = self.best[source] * (1 + (wiggle - 1) / 30) - (400 if method == "point" else 0)
        scores = {
            "train_nll": -best / start.ITEMS[source],
            "train_accuracy": np.full(self.seeds, self.right.get(source, 0.7)),
        }
        scores |= {"log_prob": best - (905.0 if method == "hmc" else 0), "log_prob_sd": 30 * wiggle}
        scores |= {"best_log_likelihood": best - self.ends + self.gap}
        drop = np.linspace(self.lost, self.ends, STEPS + 1)
        curves = {
            "log_likelihood": best[:, None] - drop,
            "finite": np.tile(np.linspace(*self.finite, STEPS + 1), (self.seeds, 1)),
        }
        return self.arm({}, scores, curves)

    def arm(self, config: dict, scores: dict, curves: dict) -> Arm:
        told = {name: {how: np.array(v) for how, v in summary(values).items()} for name, values in curves.items()}
        return Arm(config, tuple(range(self.seeds)), scores, told, {}, np.ones(self.seeds))


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Made:
    record = Made()
    monkeypatch.setattr(over_seeds, "arm", record)
    return record


def kind(check: Callable[[], Verdict]) -> str:
    found = check()
    for text in (found.finding, *found.evidence):
        assert text.endswith(".") and "nan" not in text and "np." not in text
    return found.kind


@pytest.mark.parametrize("seeds", [2, 5])
def test_findings_are_sentences_for_any_number_of_seeds(made: Made, seeds: int) -> None:
    made.seeds = seeds
    assert [kind(check) for check in (sampled.steps, shape.converged, ball.ball)] == ["not upheld"] * 3
    for check, counted in ((ball.ball, "seeds"), (sampled.steps, "ensembles")):
        assert any(f"{seeds} {counted}" in line for line in check().evidence)


def test_items_are_as_many_as_the_sources_hold() -> None:
    assert start.ITEMS["songs"] == sources.SIZES["train"]
    assert start.ITEMS["gtzan"] == ALL["gtzan"]


@pytest.mark.parametrize("move", ["stretch", "differential evolution"])
def test_the_derivations_are_those_of_one_step_of_many_walkers(move: str) -> None:
    """Simulated apart from emcee: independent normal points, one proposal each, accepted by its own ratio."""
    d, count, rng = 400, 40_000, np.random.default_rng(0)
    x, y, other = (rng.standard_normal((count, d), np.float32) for _ in range(3))
    if move == "stretch":
        z = (rng.random(count) + 1) ** 2 / 2
        proposed, extra = y + z[:, None] * (x - y), (d - 1) * np.log(z)
    else:
        proposed, extra = x + 2.38 / np.sqrt(2 * d) * (y - other), np.zeros(count)
    log_ratio = extra - 0.5 * ((proposed**2).sum(axis=1) - (x**2).sum(axis=1))
    rate = np.exp(np.minimum(log_ratio, 0))
    assert rate.mean() == pytest.approx(memory.acceptance(move, d), rel=0.06)
    along_x = ((proposed - x) * x).sum(axis=1) / d if move == "stretch" else 0.0
    sideways = ((proposed - x) ** 2).sum(axis=1) - d * along_x**2
    loss = np.mean(rate * sideways) / (2 * d)
    assert 1 / loss == pytest.approx(memory.derived(move, d), rel=0.08)


def test_differential_evolution_remembers_as_derived_where_walkers_fill_the_space() -> None:
    """And longer where they are only two more than twice the dimensions, as in the record."""

    def remembers(walkers: int, d: int = 50) -> float:
        start = np.random.default_rng(0).standard_normal((walkers, d))
        walked = run_ensemble(lambda x: -0.5 * (x**2).sum(axis=1), start, emcee.moves.DEMove(), steps=100, seed=0)
        correlation = np.mean(walked.walkers * start, axis=(1, 2)) / np.mean(start**2)
        at = int(np.argmax(correlation < np.exp(-1)))
        return -(at + 1) / float(np.log(correlation[at]))

    derived = memory.derived("differential evolution", 50)
    assert remembers(400) == pytest.approx(derived, rel=0.06)
    assert remembers(102) > 1.12 * derived


def test_the_excess_of_a_memory_is_a_part_of_the_derived_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(over_seeds, "arm", Made(memory=lambda d: 1.2 * memory.derived("stretch", d)))
    assert memory.excess("stretch", 100) == pytest.approx(0.2, abs=0.01)


def test_the_power_is_fitted_where_the_memory_is_known(made: Made) -> None:
    made.memory = lambda d: 3.0 * d**1.2 if d <= 200 else 7.0
    known = [d for d, of in memory.of_normals("stretch").items() if memory.has_forgotten(of)]
    assert known == list(walkers.DIMENSIONS)
    made.memory = lambda d: 3.0 * d**1.2 if d <= 200 else 1e6 * d
    assert [d for d, of in memory.of_normals("stretch").items() if memory.has_forgotten(of)] == [10, 25, 50, 100, 200]
    assert memory.power("stretch").mean == pytest.approx(1.2)
    assert memory.extended("stretch", 2010).mean == pytest.approx(3 * 2010**1.2, rel=1e-3)
    assert memory.extended("stretch", 2010).low < 3 * 2010**1.2 < memory.extended("stretch", 2010).high


def test_one_run_that_remembers_leaves_the_memory_unknown(made: Made) -> None:
    limit = -4_000 / np.log(walkers.FORGOTTEN)
    made.memory = lambda d: limit * (1 - WIGGLE / 2) if d == 10 else 5.0
    assert not memory.has_forgotten(made("walkers/stretch 10"))
    made.memory = lambda d: limit * (1 - 2 * WIGGLE) if d == 10 else 5.0
    assert memory.has_forgotten(made("walkers/stretch 10"))


@pytest.mark.parametrize(
    ("steps_remembered", "ends", "found"),
    [
        (10.0, 900.0, "upheld"),
        (10.0, 5_000.0, "not upheld"),
        (1e5, 900.0, "not upheld"),
        (-110 / np.log(memory.LEFT), 900.0, "inconclusive"),
        (10.0, 995.0, "inconclusive"),
    ],
)
def test_draws_need_a_forgotten_start_and_the_right_height(
    made: Made, steps_remembered: float, ends: float, found: str
) -> None:
    made.memory = lambda d: steps_remembered if d == 2010 else 2 * d**1.5
    made.ends = ends
    assert kind(sampled.steps) == found


@pytest.mark.parametrize(
    ("ratios", "found"),
    [
        ((0.97, 1.0, 1.03), "upheld"),
        ((0.5, 1.0, 1.03), "not upheld"),
        ((0.97, 1.0, 1.6), "not upheld"),
        ((0.8, 1.0, 1.1), "inconclusive"),
        ((0.9, 1.0, 1.25), "inconclusive"),
    ],
)
def test_an_ensemble_is_of_the_targets_shape_or_not(made: Made, ratios: tuple, found: str) -> None:
    made.ratios = ratios
    assert kind(shape.converged) == found


def test_a_trace_that_still_falls_is_no_false_convergence(made: Made) -> None:
    assert "a trace that looks settled" in shape.converged().finding
    begun = float(np.mean(np.geomspace(walkers.NARROW, walkers.WIDE, 2010) ** -2.0))
    assert shape.begun() == pytest.approx(begun)
    made.end_height = -begun  # far below, and so far from done at the document's last step
    assert shape.still_to_come(shape.deceiving()) > shape.FLAT
    assert "a trace that looks settled" not in shape.converged().finding


def test_the_start_of_the_trace_is_that_of_a_standard_normal(made: Made) -> None:
    of, look = shape.deceiving(), memory.document_look(shape.deceiving())
    assert walkers.looks(3_000)[look] == 110
    height = of.curves["height"]["mean"]
    sd = np.exp(np.linspace(np.log(0.03), np.log(3), 2010))
    expected = abs(height[-1] - height[look]) / (np.mean(1 / sd**2) - height[look])
    assert shape.still_to_come(of) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("ends", "found"), [(300.0, "upheld"), (1_500.0, "not upheld"), (995.0, "inconclusive"), (905.0, "upheld")]
)
def test_a_start_is_harmless_if_all_come_back_to_the_fit_or_to_draws(made: Made, ends: float, found: str) -> None:
    """The trained weights are 400 nats below the most probable ones, draws of the posterior 905 ± 30."""
    made.ends = ends
    made.right.clear()
    assert kind(ball.ball) == found
    assert f"up to {short(start.enough('songs'))} is harmless; {found}" in ball.ball().finding


def test_draws_of_another_posterior_excuse_no_walker_where_the_flat_prior_has_none(made: Made) -> None:
    made.ends = 905.0
    assert (start.harmless("songs"), start.harmless("gtzan")) == ("upheld", "not upheld")
    made.ends = 300.0
    assert start.harmless("gtzan") == "upheld"


@pytest.mark.parametrize(
    ("ends", "found"), [(900.0, "upheld"), (1_500.0, "not upheld"), (995.0, "inconclusive"), (0.0, "upheld")]
)
def test_walkers_are_at_the_posterior_if_they_are_as_high_as_its_draws(made: Made, ends: float, found: str) -> None:
    made.ends = ends
    assert start.decide(start.heights("songs")) == found


def test_the_best_walker_speaks_where_nets_differ_too_much_for_the_mean(made: Made) -> None:
    made.ends, made.gap = 995.0, -50.0
    assert start.decide(start.heights("songs")) == "not upheld"
    made.gap = 0.0
    assert start.decide(start.heights("songs")) == "inconclusive"


def test_one_source_is_enough_to_do_harm(made: Made) -> None:
    made.ends = 300.0
    made.best["mnist"] = -900.0
    assert start.harmless("songs") == start.harmless("mnist") == "upheld"
    made.finite = (0.5, 0.999)
    assert kind(ball.ball) == "not upheld"
    found = ball.ball()
    assert "MNIST: 0.1 % of them end at minus infinity; not upheld." in found.finding
    told = "50 % of the walkers start at minus infinity and 0.1 % end there."
    assert sum(told in line for line in found.evidence) == len(start.ITEMS)


def test_where_items_can_be_separated_there_is_no_posterior_and_still_a_fit_to_come_back_to(made: Made) -> None:
    made.ends = 1_500.0
    assert any("not even the contrasts have a posterior" in line for line in ball.course("gtzan"))
    assert not any("not even the contrasts have a posterior" in line for line in ball.course("songs"))
    made.right = {source: 1.0 for source in start.ITEMS}
    assert kind(ball.ball) == "not upheld"


def test_walkers_that_are_all_at_minus_infinity_have_no_mean(made: Made) -> None:
    made.finite, made.lost = (0.0, 0.0), np.nan
    (line,) = ball.course("mnist")
    assert line.endswith("100 % of the walkers start at minus infinity and 100 % end there.")
    assert "MNIST: 100 % of them end at minus infinity" in ball.ball().finding
    assert start.harmless("mnist") == "not upheld"


def test_heights_are_below_the_most_probable_weights(made: Made) -> None:
    found = start.heights("songs")
    assert found.at_start.mean == pytest.approx(60_000) and found.at_end.mean == pytest.approx(5_000)
    assert found.typical.mean == pytest.approx(905) and found.spread == pytest.approx(30)
    spread = (
        36_000 * WIGGLE / 30 * np.sqrt(2)
    )  # of the mode and of the walkers, as if they had nothing to do with each other
    assert found.at_end.high - found.at_end.mean == pytest.approx(4.303 * spread / np.sqrt(3), rel=1e-3)
    assert found.of_best == pytest.approx((4_900, 4_900, 4_900))
    assert start.regained("songs") == pytest.approx(55 / 59.6)
    assert any("the trained weights are 400 nats below" in line for line in ball.course("songs"))


def test_intervals_are_those_of_student() -> None:
    assert around(2.0, 1.0, 4) == pytest.approx(Interval(2.0, 2 - 3.182 / 2, 2 + 3.182 / 2), rel=1e-3)
    assert short(1.234e-5) == "0.0000123"
    assert [short(x) for x in (155_610.3, 0.031415, 2.0)] == ["156,000", "0.0314", "2"]
    assert [start.share(x) for x in (1, 0.999, 0.5, 0.0004, 0)] == ["100 %", "99.9 %", "50 %", "0.04 %", "0 %"]
