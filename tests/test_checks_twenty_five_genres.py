"""The checks of notebook 09: each verdict turns when what is recorded turns."""

from collections.abc import Iterator

import numpy as np
import pytest
from statsmodels.stats.proportion import proportions_ztest

from secondlook import document_001
from secondlook.checks import over_seeds
from secondlook.checks.twenty_five_genres import cited, family, models
from secondlook.checks.twenty_five_genres.family import BASELINE, COMBINED, CONVOLUTION, CORRECTED, PENALISED
from secondlook.results import Arm
from secondlook.studies import study
from secondlook.studies.songs.twenty_five import UNEVEN

USUAL = {
    BASELINE: 0.35,
    CONVOLUTION: 0.40,
    PENALISED: 0.38,
    COMBINED: 0.40,
    CORRECTED: 0.42,
    "mean of probabilities": 0.42,
    "trained on": 0.40,
}


class Made(dict[str, float]):
    """Made-up records: a balanced accuracy for each model, the same on both sources; other scores follow from it."""

    spread = 0.002

    def __call__(self, name: str) -> Arm:
        of = name.partition("/")[2]
        model = max((model for model in self if of.endswith(f" {model}")), key=len)
        noise = np.random.default_rng(sum(map(ord, name))).normal(0, self.spread, 20)
        values = self[model] + noise - noise.mean()
        scores = {"late/test_balanced": values, "late/test_accuracy": values + 0.1, "late/test_nll": 2 - values}
        return Arm({}, tuple(range(20)), scores, {}, {}, np.ones(20))


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Iterator[Made]:
    """Records in which everything the document says of 25 genres holds."""
    records = Made(USUAL)
    monkeypatch.setattr(over_seeds, "arm", records)
    family.family.cache_clear()
    yield records
    family.family.cache_clear()


def test_everything_the_document_says_holds_where_it_does(made: Made) -> None:
    assert models.output_penalty().kind == "upheld"
    assert models.four_models().kind == "upheld"


@pytest.mark.parametrize(
    ("change", "penalty", "four"),
    [
        ({PENALISED: 0.42}, "not upheld", "upheld"),
        ({PENALISED: 0.40}, "inconclusive", "upheld"),
        ({COMBINED: 0.42}, "upheld", "not upheld"),
        ({COMBINED: 0.38}, "upheld", "not upheld"),
        ({CORRECTED: 0.38}, "upheld", "not upheld"),
        ({CORRECTED: 0.40}, "upheld", "inconclusive"),
    ],
)
def test_a_verdict_turns_with_the_records(made: Made, change: dict[str, float], penalty: str, four: str) -> None:
    made |= change
    assert (models.output_penalty().kind, models.four_models().kind) == (penalty, four)


def test_seeds_that_scatter_settle_nothing(made: Made) -> None:
    made.spread = 0.2
    assert models.output_penalty().kind == models.four_models().kind == "inconclusive"


def test_uneven_genres_are_judged_with_every_genre_alike(made: Made) -> None:
    found = family.difference(UNEVEN, CORRECTED, BASELINE)
    assert found.difference == pytest.approx(0.07)
    assert family.difference("25 genres", CORRECTED, BASELINE, "late/test_nll").difference == pytest.approx(-0.07)


def test_ten_genres_stand_in_the_studies_of_the_notebooks_before() -> None:
    for source in (*family.TEN, *family.TWENTY_FIVE):
        for pair in family.PAIRS:
            if PENALISED in pair and source in family.TEN:
                continue
            for model in pair:
                of, _, name = family.place(source, model).partition("/")
                assert name in {config.arm for config in study(of).full}


def test_the_document_s_curves_are_told_apart_as_two_proportions_are() -> None:
    a, b = 0.2784, 0.2726
    expected = proportions_ztest([2784, 2726], [10_000, 10_000])[1]
    assert models.told_apart(a, b) == pytest.approx(expected, rel=1e-3)
    assert models.told_apart(b, a) == models.told_apart(a, b)


def test_best_and_last_of_a_curve() -> None:
    curve = document_001.curve(15, "correcting model")
    best, last = models.best_and_last(15, "correcting model")
    assert best == max(curve) and last == pytest.approx(sum(curve[90:]) / 10)
    assert f"{100 * best:.2f}" == "28.68"


def test_the_paper_cited_is_older_than_what_it_is_cited_for() -> None:
    assert cited.netflix().kind == "miscited"
    assert cited.CITED < cited.AWARDED < cited.TOLD


@pytest.mark.usefixtures("made")
def test_the_document_s_own_curves_are_held_against_each_other() -> None:
    assert models.late_gap(COMBINED, 10) == pytest.approx(0.6403 - 0.6210, abs=2e-4)  # figures 9 and 8, as notebook 07
    assert "ahead of convolution by 1.93 points" in models.four_models().finding
    assert "with 25 by 0.16 and 0.58" in models.four_models().finding
