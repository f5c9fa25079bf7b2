"""Samplers about a centre against targets with known moments; moves with a planted fault fail the same test."""

import sys
from collections.abc import Callable, Iterator

import emcee
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from known_targets import Normal, agrees
from secondlook.centre import Centre
from secondlook.samplers import (
    Scheme,
    SplitStep,
    average_chains,
    crank_nicolson,
    diagnose,
    lobatto,
    run_ensemble,
    split,
    split_hmc,
    strang,
    walker_chains,
    whitened,
    whitened_hmc,
    whitened_log_prob,
)
from secondlook.samplers.splitting import QUARTER, Point, evaluate, trajectory

OFF, FAR = 0.15, 0.45
Sampler = Callable[[Normal, int], np.ndarray]


def by_chains(sampler: Callable) -> Sampler:
    def sample(target: Normal, draws: int) -> np.ndarray:
        found = sampler(target.value_and_grad, target.centre(OFF), 8, draws, 50, 0)
        assert sampler is split_hmc or 0.7 < found.acceptance < 0.95  # its steps are as long as they can be
        return found.draws[:, :, None]

    return sample


def ensembles(move: Callable[[Normal], emcee.moves.Move], walkers: int = 8) -> Sampler:
    """Four of them, started twice too wide, in the coordinates of the centre."""

    def sample(target: Normal, draws: int) -> np.ndarray:
        centre, count = target.centre(OFF), max(walkers, 2 * target.d if walkers > 8 else 0)
        runs = []
        for seed in range(4):
            start = 2 * np.random.default_rng(seed).standard_normal((count, target.d))
            run = run_ensemble(lambda z: target.log_prob(centre.points(z)), start, move(target), draws, seed)
            runs.append(centre.points(run.walkers[draws // 5 :]))
        return np.stack(runs)

    return sample


def split_step(target: Normal, step: type[SplitStep] = SplitStep) -> SplitStep:
    return step(whitened(target.value_and_grad, target.centre(OFF)))


@pytest.mark.parametrize(
    ("sampler", "d", "draws"),
    [
        (by_chains(split_hmc), 2, 800),
        (by_chains(split_hmc), 200, 800),
        (by_chains(whitened_hmc), 50, 800),
        (ensembles(split_step), 20, 800),
        (ensembles(lambda _: crank_nicolson(0.7)), 2, 1500),
        (ensembles(lambda _: crank_nicolson(0.5)), 10, 2500),
        (ensembles(lambda _: emcee.moves.StretchMove(), 20), 2, 3000),
        (ensembles(lambda _: emcee.moves.DEMove(), 20), 8, 2500),
    ],
)
def test_a_correlated_normal_about_a_centre_that_is_off(sampler: Sampler, d: int, draws: int) -> None:
    target = Normal(d)
    agrees(sampler(target, draws), target)


class WrongSign(SplitStep):
    """Accepts what should be refused."""

    def propose(self, model: emcee.model.Model, state: emcee.State) -> tuple[emcee.State, np.ndarray]:
        start = evaluate(self.density, state.coords.astype(np.float32))
        v = model.random.standard_normal(state.coords.shape).astype(np.float32)
        end, log_ratio = trajectory(self.density, start, v, strang(2))
        accepted = np.log(model.random.random_sample(len(v))) < -np.asarray(log_ratio)
        return self.update(
            state, emcee.State(np.asarray(end.z, float), np.asarray(end.log_prob, float)), accepted
        ), accepted


class NoJacobian(emcee.moves.StretchMove):
    """The stretch move without its factor z^(d − 1)."""

    def get_proposal(self, s, c, random):  # type: ignore[no-untyped-def]
        proposed, factors = super().get_proposal(s, c, random)
        return proposed, np.zeros_like(factors)


def no_ratio(beta: float) -> emcee.moves.MHMove:
    """Crank–Nicolson without the ratio of its proposals."""
    move = crank_nicolson(beta)
    right = move.get_proposal
    move.get_proposal = lambda z, random: (right(z, random)[0], np.zeros(len(z)))
    return move


@pytest.mark.parametrize(
    ("sampler", "d", "draws"),
    [
        (ensembles(lambda target: split_step(target, WrongSign)), 20, 800),
        (ensembles(lambda _: NoJacobian(), 20), 2, 3000),
        (ensembles(lambda _: no_ratio(0.7)), 2, 1500),
    ],
)
def test_a_biased_move_fails_the_same_test(sampler: Sampler, d: int, draws: int) -> None:
    target = Normal(d)
    with pytest.raises(AssertionError, match="Monte Carlo errors off"):
        agrees(sampler(target, draws), target)


def test_crank_nicolson_takes_a_share_of_the_way() -> None:
    with pytest.raises(ValueError, match="beta is 0; give a share of the way"):
        crank_nicolson(0)


def energy_errors(scheme: Scheme, size: float, power: int) -> float:
    """The root mean square energy error over trajectories about N(0, I), where V = size · z₁^a z₂^b, a + b = power."""

    def log_prob(z: jax.Array) -> jax.Array:
        return -0.5 * (z**2).sum(axis=1) - size * z[:, 0] ** (power - 1) * z[:, 1] - size * z[:, 0] ** power

    density = jax.tree_util.Partial(lambda z: (log_prob(z), jax.grad(lambda z: log_prob(z).sum())(z)))
    z, v = np.random.default_rng(0).standard_normal((2, 2000, 2), np.float32)
    return float(np.std(trajectory(density, evaluate(density, z), v, scheme)[1]))


@pytest.mark.parametrize("total", [QUARTER, 0.55 * np.pi, 1.0])
def test_three_kicks_cancel_the_first_order_of_odd_powers_up_to_the_third(total: float) -> None:
    """An error of second order in V is a quarter for half of V, one of first order is half."""
    ratios = {
        (name, power): energy_errors(scheme, 0.02, power) / energy_errors(scheme, 0.01, power)
        for name, scheme in (("lobatto", lobatto(total)), ("strang", strang(2, total)))
        for power in (2, 3)
    }
    assert ratios["lobatto", 3] > 3.7
    assert ratios["strang", 3] < 2.6
    assert ratios["lobatto", 2] < 2.6  # even powers are not cancelled
    assert energy_errors(lobatto(total), 0.02, 1) < 1e-6 < 1e-4 < energy_errors(strang(2, total), 0.02, 1)


def test_shorter_rotations_make_smaller_errors_of_second_order() -> None:
    errors = [energy_errors(strang(rotations), 0.02, 4) for rotations in (4, 8, 16)]
    assert errors[0] / errors[1] == pytest.approx(4, rel=0.15)
    assert errors[1] / errors[2] == pytest.approx(4, rel=0.15)


def test_schemes_are_symmetric_and_their_weights_those_of_the_equations() -> None:
    assert lobatto().kicks == pytest.approx((1 / 3, 2 * np.sqrt(2) / 3, 1 / 3))
    for scheme, total in ((lobatto(1.2), 1.2), (strang(5, 1.2), 1.2), (strang(1), QUARTER)):
        assert scheme.kicks == scheme.kicks[::-1]
        assert scheme.angle * scheme.gradients == pytest.approx(total)
    assert sum(strang(5, 1.2).kicks) == pytest.approx(1.2)


def test_a_quarter_turn_about_the_density_itself_ends_at_the_momentum() -> None:
    density = jax.tree_util.Partial(lambda z: (-0.5 * (z**2).sum(axis=1), -z))
    z, v = np.random.default_rng(0).standard_normal((2, 5, 3), np.float32)
    end, log_ratio = trajectory(density, evaluate(density, z), v, lobatto())
    assert np.asarray(end.z) == pytest.approx(v, abs=1e-5)
    assert np.asarray(log_ratio) == pytest.approx(0, abs=1e-4)


def test_the_pilot_takes_three_kicks_where_the_centre_fits_and_shorter_steps_where_it_does_not() -> None:
    target = Normal(10)
    assert split_hmc(target.value_and_grad, target.centre(0.0), 8, 10, 0, 0).evaluations == 2 * 8 * 10
    poor = split_hmc(target.value_and_grad, target.centre(0.9), 8, 1000, 50, 0)
    assert poor.evaluations > 2 * 8 * 1000
    assert poor.acceptance > 0.55
    agrees(poor.draws[:, :, None], target)


@pytest.mark.parametrize(
    ("rates", "chosen"),
    [
        ({2: 0.63, 3: 0.7, 4: 0.9}, lobatto()),  # 0.23 for a gradient, against 0.18 and 0.20
        ({2: 0.59, 3: 0.7, 4: 0.9}, strang(4)),  # too few would be accepted
        ({2: 0.1, 3: 0.2, 4: 0.3}, strang(128)),
        ({2: 0.95, 3: 1.0, 4: 1.0}, lobatto()),
    ],
)
def test_the_pilot_chooses_what_is_worth_most_for_a_gradient(
    rates: dict[int, float], chosen: Scheme, monkeypatch: pytest.MonkeyPatch
) -> None:
    def walk(density: object, point: Point, scheme: Scheme, rng: object) -> Iterator[tuple[Point, np.ndarray]]:
        rate = rates.get(scheme.gradients, 0.5) - 0.02 * (scheme.gradients == 2 and scheme != lobatto())
        yield from ((point, np.full(3, 1.0 - rate)) for _ in range(5))  # of the earlier half, which does not count
        while True:
            yield point, np.full(3, rate)

    monkeypatch.setattr(split, "_walk", walk)
    point = Point(*[jnp.zeros((3, 1))] * 3)
    _, scheme, used = split._pilot(jax.tree_util.Partial(walk), point, np.random.default_rng(0))
    assert scheme == chosen
    assert used % 3 == 0 and used > 3 * (1 + 10 * 2)


def test_a_scheme_under_which_one_chain_of_many_stays_is_not_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    def walk(density: object, point: Point, scheme: Scheme, rng: object) -> Iterator[tuple[Point, np.ndarray]]:
        while True:
            yield point, np.array([0.99] * 15 + [0.99 if scheme.gradients >= 8 else 0.0])

    monkeypatch.setattr(split, "_walk", walk)
    point = Point(*[jnp.zeros((16, 1))] * 3)
    _, scheme, _ = split._pilot(jax.tree_util.Partial(walk), point, np.random.default_rng(0))
    assert scheme == strang(8)


def test_chains_come_down_from_a_flank_sixty_times_as_steep_as_the_centre_says() -> None:
    """Rotations by α are stable where a direction is 60 times narrower if 60 α < 2: 48 to a quarter turn."""
    sd = np.array([1, 1 / 60], np.float32)

    def density(points: jax.Array) -> tuple[jax.Array, jax.Array]:
        return -0.5 * ((points / sd) ** 2).sum(axis=1), -points / sd**2

    found = split_hmc(density, Centre(np.zeros(2), np.eye(2)), chains=8, draws=200, warmup=20, seed=0)
    assert found.evaluations == 64 * 8 * 200
    assert found.draws.std(axis=(0, 1)) == pytest.approx(sd, rel=0.1)


def coarse(target: Normal, draws: int) -> np.ndarray:
    """Split HMC by one long rotation about a centre that is far off, so that much depends on what is accepted."""
    found = split_hmc(target.value_and_grad, target.centre(FAR), 8, draws, 100, 0, scheme=strang(1, 1.0))
    assert found.acceptance < 0.8
    return found.draws[:, :, None]


def coarse_step(target: Normal, draws: int) -> np.ndarray:
    centre = target.centre(FAR)
    start = 2 * np.random.default_rng(0).standard_normal((8, target.d))
    step = SplitStep(whitened(target.value_and_grad, centre), strang(1, 1.0))
    found = run_ensemble(lambda z: target.log_prob(centre.points(z)), start, step, draws, 0)
    assert found.acceptance < 0.8
    return centre.points(walker_chains(found).draws[:, 100:, None])


@pytest.mark.parametrize("sampler", [coarse, coarse_step])
def test_trajectories_that_are_often_refused_are_as_exact(sampler: Sampler) -> None:
    target = Normal(10)
    agrees(sampler(target, 3000), target)


def test_one_scheme_may_be_asked_for_and_costs_are_counted() -> None:
    target = Normal(3)
    found = split_hmc(target.value_and_grad, target.centre(0.1), 4, 20, 5, 0, scheme=strang(3))
    assert found.evaluations == 4 * 20 * 3
    assert found.warmup_evaluations == 4 * (1 + 5 * 3)
    assert found.seconds > 0 and found.warmup_seconds > 0
    assert found.log_prob == pytest.approx(
        np.stack([target.log_prob(chain) for chain in found.draws]), rel=1e-3, abs=1e-3
    )


@pytest.mark.parametrize("sampler", [split_hmc, whitened_hmc])
def test_draws_depend_on_the_seed_alone_and_any_function_of_them_can_be_kept(sampler: Callable) -> None:
    target = Normal(3)
    first, again, other = (sampler(target.value_and_grad, target.centre(0.1), 4, 20, 10, seed) for seed in (3, 3, 4))
    assert np.array_equal(first.draws, again.draws)
    assert not np.array_equal(first.draws, other.draws)
    assert first.acceptance == again.acceptance > 0.5
    kept = sampler(target.value_and_grad, target.centre(0.1), 4, 20, 10, 3, keep=lambda points: points[:, :1] ** 2)
    assert kept.draws == pytest.approx(first.draws[:, :, :1] ** 2, rel=1e-4)


@pytest.mark.parametrize("sampler", [split_hmc, whitened_hmc])
def test_a_start_of_no_density_is_refused(sampler: Callable) -> None:
    target = Normal(2)

    def positive(theta: jax.Array) -> tuple[jax.Array, jax.Array]:
        return jnp.where(theta[:, 0] > 0, 0.0, -jnp.inf), theta

    with pytest.raises(ValueError, match=r"the log density is -inf at the start of chain \d, 2 standard dev") as caught:
        sampler(positive, target.centre(0.0), 8, 10, 10, 0)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("sampler", [split_hmc, whitened_hmc])
def test_no_draws_or_chains_are_refused(sampler: Callable) -> None:
    target = Normal(2)
    with pytest.raises(ValueError, match="0 draws of 4 chains are none; ask for at least 1 of each"):
        sampler(target.value_and_grad, target.centre(0.0), 4, 0, 10, 0)


def test_whitened_hmc_follows_the_gradient_it_is_given() -> None:
    target, z = Normal(3), jnp.ones((4, 3))
    density = whitened(target.value_and_grad, target.centre(0.3))
    kernel = sys.modules["secondlook.samplers.whitened_hmc"]._kernel(density, 0.1, 1)
    value, back = jax.vjp(kernel.target_log_prob_fn, z)
    assert np.array_equal(value, density(z)[0])
    assert np.array_equal(back(jnp.ones(4))[0], density(z)[1])


def test_whitening_changes_coordinates_and_nothing_else() -> None:
    target = Normal(4)
    centre = target.centre(0.3)
    z = np.random.default_rng(0).standard_normal((5, 4)).astype(np.float32)
    value, grad = whitened(target.value_and_grad, centre)(z)
    assert np.asarray(value) == pytest.approx(target.log_prob(centre.points(z)), rel=1e-4)
    assert np.asarray(whitened_log_prob(lambda t: target.value_and_grad(t)[0], centre)(z)) == pytest.approx(
        np.asarray(value), rel=1e-5
    )
    numeric = [
        (target.log_prob(centre.points(z + h)) - target.log_prob(centre.points(z - h))) / 2e-3 for h in 1e-3 * np.eye(4)
    ]
    assert pytest.approx(np.array(numeric), abs=1e-3) == np.asarray(grad).T


@pytest.fixture
def global_numbers() -> Iterator[None]:
    before = np.random.get_state()[1].copy()  # type: ignore[index]
    yield
    assert np.array_equal(before, np.random.get_state()[1])  # type: ignore[index]


@pytest.mark.usefixtures("global_numbers")
@pytest.mark.parametrize("move", [emcee.moves.StretchMove, emcee.moves.DEMove, lambda: crank_nicolson(0.5)])
def test_an_ensemble_depends_on_its_seed_alone(move: Callable[[], emcee.moves.Move]) -> None:
    target = Normal(2)
    start = np.random.default_rng(0).standard_normal((8, 2))
    first, again, other = (run_ensemble(target.log_prob, start, move(), 20, seed, thin=2) for seed in (1, 1, 2))
    assert first.walkers.shape == (20, 8, 2)
    assert np.array_equal(first.walkers, again.walkers)
    assert not np.array_equal(first.walkers, other.walkers)
    assert first.log_prob == pytest.approx(target.log_prob(first.walkers.reshape(-1, 2)).reshape(20, 8), rel=1e-5)
    every = run_ensemble(target.log_prob, start, move(), 40, 1)
    assert np.array_equal(first.walkers, every.walkers[1::2])
    assert first.evaluations == every.evaluations == 320  # a step that is not kept costs as much


def test_what_is_a_chain_of_an_ensemble() -> None:
    target = Normal(2)
    runs = [
        run_ensemble(
            target.log_prob, np.random.default_rng(seed).standard_normal((8, 2)), emcee.moves.DEMove(), 10, seed
        )
        for seed in (1, 2)
    ]
    averages = average_chains(runs, of=lambda walkers: walkers**2)
    assert averages.draws.shape == (2, 10, 2)
    assert averages.draws[1, 3] == pytest.approx((runs[1].walkers[3] ** 2).mean(axis=0))
    assert averages.log_prob[1, 3] == pytest.approx(runs[1].log_prob[3].mean())
    alone = walker_chains(runs[0])
    assert np.array_equal(alone.draws[5], runs[0].walkers[:, 5])
    assert np.array_equal(alone.log_prob[5], runs[0].log_prob[:, 5])
    assert averages.evaluations == 2 * alone.evaluations == 160


@pytest.mark.parametrize(
    ("start", "move", "fault"),
    [
        (
            np.zeros((4, 3)),
            emcee.moves.StretchMove(),
            r"4 walkers are too few for StretchMove in 3 dimensions: .* least 6",
        ),
        (np.zeros((5, 3)), emcee.moves.DEMove(), "5 walkers are too few for DEMove"),
        (np.ones((8, 3)) * np.arange(8)[:, None], emcee.moves.DEMove(), "the 8 walkers start in a plane"),
        (np.full((8, 3), np.nan), crank_nicolson(0.5), "the log density is nan at walker 0; start where it is finite"),
        (np.zeros(3), crank_nicolson(0.5), r"start has shape \(3,\); give one row for each walker"),
    ],
)
def test_walkers_that_cannot_go_everywhere_are_refused(start: np.ndarray, move: emcee.moves.Move, fault: str) -> None:
    with pytest.raises(ValueError, match=fault) as caught:
        run_ensemble(Normal(3).log_prob, start, move, 10, 0)
    assert "\n" not in str(caught.value)


def test_few_walkers_are_enough_for_moves_that_look_at_one_alone() -> None:
    target = Normal(20)
    found = run_ensemble(target.log_prob, np.zeros((1, 20)) + target.mean, crank_nicolson(0.2), 5, 0)
    assert found.walkers.shape == (5, 1, 20)


def test_the_split_step_refuses_blobs_that_it_would_leave_stale() -> None:
    target = Normal(2)
    state = emcee.State(np.zeros((4, 2)), log_prob=np.zeros(4), blobs=np.zeros(4))
    with pytest.raises(ValueError, match="evaluates no blobs; keep predictions by `keep_ensemble`"):
        split_step(target).propose(None, state)


def test_the_split_step_reuses_its_last_gradient() -> None:
    target, calls = Normal(2), []

    def counting(theta: jax.Array) -> tuple[jax.Array, jax.Array]:
        jax.debug.callback(lambda: calls.append(1))
        return target.value_and_grad(theta)

    step = SplitStep(whitened(counting, target.centre(FAR)), strang(2))
    found = run_ensemble(lambda z: target.log_prob(target.centre(FAR).points(z)), np.zeros((4, 2)), step, 10, 0)
    assert found.acceptance < 1
    jax.effects_barrier()
    assert len(calls) == 1 + 2 * 10
    assert isinstance(step.point, Point)


def test_a_split_step_may_serve_one_ensemble_after_another() -> None:
    target = Normal(2)
    log_prob = whitened_log_prob(lambda theta: target.value_and_grad(theta)[0], target.centre(0.1))
    step = split_step(target)
    run_ensemble(log_prob, np.ones((4, 2)), step, 3, 0)
    again, fresh = (run_ensemble(log_prob, np.zeros((4, 2)), move, 3, 0) for move in (step, split_step(target)))
    assert np.array_equal(again.walkers, fresh.walkers)


def test_r_hat_of_averages_sees_ensembles_that_are_apart() -> None:
    target = Normal(2)
    runs = [
        run_ensemble(
            target.log_prob, at + 0.01 * np.random.default_rng(0).standard_normal((8, 2)), emcee.moves.DEMove(), 20, 0
        )
        for at in (0.0, 3.0)
    ]
    assert diagnose(average_chains(runs).draws).rhat.max() > 1.5
