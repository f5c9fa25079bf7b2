"""The checks of priors in notebook 10: each verdict turns when what is recorded turns."""

from collections.abc import Iterator
from typing import ClassVar

import numpy as np
import pytest

from secondlook.checks import over_seeds
from secondlook.checks.priors_on_weights import accuracies, diverse, family, panels, scales, sparse
from secondlook.checks.priors_on_weights.family import ACCURACY, CAUCHY, FIXED, LEARNT, NLL, NORMAL
from secondlook.claims import Verdict
from secondlook.data import small
from secondlook.results import Arm
from secondlook.studies.priors.sparsity import KEPT, THRESHOLDS


class Made(dict[str, float]):
    """Made-up records: ``study/arm score`` to a value; every other score of every arm has a usual one."""

    spread = 0.002
    usual: ClassVar[dict[str, float]] = {
        ACCURACY: 0.9,
        NLL: 0.3,
        "rhat": 1.002,
        "diverged": 0.001,
        "elbo": -90.0,
        "zero": 0.0,
    }

    def __call__(self, name: str) -> Arm:
        seeds = 5 if name.endswith("sampled") else 20
        rng = np.random.default_rng(sum(map(ord, name)))
        names = (*self.usual, "scale 1", "scale 2", "scale 3")
        scores = {}
        for score in names:
            still = 0 if score in ("zero", "rhat", "diverged") else self.spread
            noise = rng.normal(0, still, seeds)
            scores[score] = self.get(f"{name} {score}", self.usual.get(score, 1.0)) + noise - noise.mean()
        means = np.full((seeds, len(THRESHOLDS)), self.get(f"{name} near zero", 0.1)) + rng.normal(0, 0.01, (seeds, 1))
        pruned = np.where(self.get(f"{name} kept", 0.2) <= KEPT, 0.9, 0.6) * np.ones((seeds, 1))
        maps = {"map_probability": np.full((seeds, 4), 0.5), "map_epistemic": np.array([[0.0, 0.1, 0.2, 0.3]] * seeds)}
        items = {"means": means, f"size/{ACCURACY}": pruned} | maps
        if not name.endswith("mode"):
            items[f"ratio/{ACCURACY}"] = pruned
        return Arm({}, tuple(range(seeds)), scores, {}, items, np.zeros(seeds))


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Iterator[Made]:
    """Records in which no prior differs from another."""
    records = Made()
    for module in (over_seeds, accuracies, diverse, family, panels, scales, sparse):
        monkeypatch.setattr(module, "arm", records)
    family.family.cache_clear()
    yield records
    family.family.cache_clear()


def sane(found: Verdict) -> None:
    for text in (found.finding, *found.evidence):
        assert text.endswith(".") and text.count("$") % 2 == 0
        assert "nan" not in text and "np." not in text


def shown(found: Verdict, text: str) -> bool:
    """Whether a line of the evidence has this text."""
    return any(text in line for line in found.evidence)


CHECKS = (scales.compared, scales.learnt, accuracies.cauchy, accuracies.gap, panels.three_panels, sparse.laplace,
          diverse.hierarchical)  # fmt: skip


@pytest.mark.parametrize("check", CHECKS)
def test_a_finding_is_a_sentence(made: Made, check: object) -> None:
    assert callable(check)
    sane(check())


def test_the_family_is_adjusted_together(made: Made) -> None:
    made[f"priors/{CAUCHY} {ACCURACY}"] = 0.8
    found = family.family()
    assert len(found) == 18 + 3 + 3 + 12
    least = min(compared.found.p for compared in found.values())
    assert min(compared.p for compared in found.values()) == pytest.approx(len(found) * least)


def test_c12_counts_what_is_told_apart_and_what_the_slides_show(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    made[f"priors/laplace half-normal {NLL}"] = 0.4
    found = scales.compared()
    assert found.kind == "not testable here"
    assert "0 are told apart in accuracy and 1 in" in found.finding
    assert shown(found, "to 0.400 (laplace half-normal)")
    monkeypatch.setattr(scales, "LISTED", {"fixed values": "Hierarchical modelling"})
    assert scales.compared().kind == "upheld"


def test_c13_counts_climbs_below_the_printed_number(made: Made) -> None:
    assert "Of 20 climbs 0 are" in accuracies.cauchy().finding
    made[f"priors/{CAUCHY} {ACCURACY}"] = 0.6
    assert "Of 20 climbs 20 are" in accuracies.cauchy().finding


@pytest.mark.parametrize(
    ("climb", "sampled", "kind"),
    [
        (0.90, 0.90, "not upheld"),  # one posterior predicts as the other
        (0.75, 0.90, "not upheld"),  # only the search tells them apart
        (0.75, 0.80, "upheld"),
        (0.90, 0.95, "not upheld"),
        (0.90, 0.80, "inconclusive"),
    ],
)
def test_c14_is_about_the_prior_and_not_the_search(made: Made, climb: float, sampled: float, kind: str) -> None:
    made[f"priors/{CAUCHY} {ACCURACY}"] = climb
    made[f"priors_nuts/{CAUCHY} sampled {ACCURACY}"] = sampled
    assert accuracies.gap().kind == kind


def test_c14_is_undecided_where_the_samples_cannot_tell(made: Made) -> None:
    made.spread = 0.05
    assert accuracies.gap().kind == "inconclusive"


def test_c14_names_the_samplers_that_have_not_converged(made: Made) -> None:
    assert shown(accuracies.gap(), "met by all")
    made[f"priors_nuts/{CAUCHY} sampled rhat"] = 1.013
    assert shown(accuracies.gap(), f"missed by {CAUCHY},")


def test_c14_tells_what_a_longer_search_adds(made: Made) -> None:
    made[f"priors_nuts/{NORMAL} best of 10 elbo"] = -80.0
    assert shown(accuracies.gap(), "changes the ELBO by +10.0")


def test_labels_have_the_spread_of_their_mean_whatever_the_draws() -> None:
    rng = np.random.default_rng(0)
    draws = rng.beta(2, 5, 200_000)
    assert panels.sd_of_labels(draws) == pytest.approx((rng.random(len(draws)) < draws).std(), rel=0.01)
    assert all(a == pytest.approx(b) for a, b in panels.pairs())


def test_doubt_between_draws_is_none_or_all() -> None:
    assert panels.epistemic(np.full(10, 0.3)) == pytest.approx(0, abs=1e-12)
    assert panels.epistemic(np.repeat([0.0, 1.0], 5)) == pytest.approx(np.log(2))


def test_c15_turns_when_the_spread_is_another_thing(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    found = panels.three_panels()
    assert found.kind == "not testable here" and shown(found, "0.00 to 0.30 nats")
    monkeypatch.setattr(panels, "sd_of_labels", lambda draws: float(np.std(draws)))
    assert panels.three_panels().kind == "inconclusive"


@pytest.mark.parametrize(("nll", "kind"), [(0.30, "inconclusive"), (0.25, "upheld"), (0.35, "not upheld")])
def test_c16_is_about_the_hyperprior_of_the_slides(made: Made, nll: float, kind: str) -> None:
    made[f"priors/laplace inverse-gamma {NLL}"] = nll
    made[f"priors/laplace half-cauchy {NLL}"] = 0.1
    assert scales.learnt().kind == kind


def test_c16_tells_the_scales_of_either_heap(made: Made) -> None:
    made["priors/normal inverse-gamma scale 1"] = 3.0
    assert shown(scales.learnt(), "normal: 3.00, 1.00, 1.00 in the 20 nets that bend it")
    made[f"priors/normal inverse-gamma {ACCURACY}"] = 0.85
    assert shown(scales.learnt(), "normal: 3.00, 1.00, 1.00 in the 20 nets that end as a straight line")


def test_a_better_place_is_missed_where_the_mode_bends_the_line_and_has_the_higher_elbo(made: Made) -> None:
    assert accuracies.best_that_end_straight() == (0, 0)
    best, start = (f"priors_nuts/{NORMAL} {way}" for way in ("best of 10", "from the mode"))
    made[f"{best} {ACCURACY}"] = 0.85
    made[f"{start} elbo"] = -91.0
    assert accuracies.best_that_end_straight() == (20, 0)
    made[f"{start} elbo"] = -89.0
    assert accuracies.best_that_end_straight() == (20, 20)
    made[f"{start} {ACCURACY}"] = 0.85
    assert accuracies.best_that_end_straight() == (20, 0)


@pytest.mark.parametrize(
    ("zeros", "kind"),
    [
        ({}, "not upheld"),
        ({"mode": 0.7}, "not upheld"),
        ({"mode": 0.7, "variational": 0.7, "sampled": 0.7}, "upheld"),
    ],
)
def test_c17_wants_zeros_of_the_mode_and_of_the_posterior(made: Made, zeros: dict[str, float], kind: str) -> None:
    for method, share in zeros.items():
        made[f"sparsity/laplace {method} zero"] = share
    found = sparse.laplace()
    assert found.kind == kind
    assert ("mode 70.0%" in found.finding) == bool(zeros)
    assert shown(found, "mode: 70.0% under a Laplace prior, 0.0% under a normal one") == bool(zeros)


def test_c17_tells_means_near_zero_and_what_may_be_pruned(made: Made) -> None:
    made["sparsity/laplace variational near zero"] = 0.3
    made["sparsity/laplace mode kept"] = 0.05
    found = sparse.laplace()
    assert shown(found, "variational: +20.") or shown(found, "variational: +19.")
    assert shown(found, "laplace mode: 5% by size.") and shown(found, "normal sampled: 20% by size, 20% by ratio.")


def test_all_weights_are_needed_where_pruning_any_costs(made: Made) -> None:
    made["sparsity/laplace mode kept"] = 1.0
    assert sparse.least_kept(made("sparsity/laplace mode"), "size") == 1.0


def test_scores_are_averaged_over_the_sets(made: Made) -> None:
    made["hierarchical/wine half-normal test_nll"] = 0.4
    found = family.over_sets("half-normal", "fixed at 1")
    assert found.difference == pytest.approx(0.1 / len(small.NAMES))


@pytest.mark.parametrize(
    ("better", "kind"),
    [
        ((), "inconclusive"),
        (("half-cauchy",), "upheld"),
        (("fixed at 3",), "not upheld"),
        ((*LEARNT, *FIXED[1:]), "inconclusive"),
    ],
)
def test_c25_needs_one_hyperprior_to_beat_every_fixed_scale(made: Made, better: tuple[str, ...], kind: str) -> None:
    made |= {f"hierarchical/{source} {prior} {NLL}": 0.2 for source in small.NAMES for prior in better}
    assert diverse.hierarchical().kind == kind


def test_c25_tells_the_worst_loss(made: Made) -> None:
    made.spread = 0.0
    made[f"hierarchical/wine inverse-gamma {NLL}"] = 0.25
    assert diverse.regret("inverse-gamma") == pytest.approx(0)
    assert diverse.regret("fixed at 1") == pytest.approx(0.05)
    assert diverse.favourite("wine") == "inverse-gamma"
