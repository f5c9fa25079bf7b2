"""What recurrent nets see, need and cost: B23, B24 and B68."""

import jax
import numpy as np

from secondlook import networks
from secondlook.checks.convolution_in_time.family import across, family
from secondlook.checks.over_seeds import arm, decide, matched, together
from secondlook.checks.songs import (
    ANEW,
    BESIDE,
    POOLED,
    among,
    by_accuracy,
    how_many_outlast,
    on_validation,
    place,
    with_songs_anew,
)
from secondlook.checks.words import KEY, lines, told
from secondlook.claims import Kind, Verdict, check
from secondlook.studies.songs.arms import arm as run_of
from secondlook.studies.songs.convolution import EVERY, WIDE
from secondlook.studies.songs.run import network

FELT = 1e-6
"""A segment whose gradient is below this share of the largest is not felt."""


def pull(model: networks.Model, segments: int, draws: int = 20) -> np.ndarray:
    """How strongly an output hangs on each segment: the norm of its gradient, ``(segments,)``, mean over random songs.

    The model maps ``(songs, segments, features)`` to ``(songs, units)``; the output is the sum of the units.
    """
    weights, others = ([v.value for v in group] for group in (model.trainable_variables, model.non_trainable_variables))

    def output(x: jax.Array, weights: list[jax.Array], others: list[jax.Array]) -> jax.Array:
        return model.stateless_call(weights, others, x)[0].sum()

    x = np.random.default_rng(0).standard_normal((draws, segments, networks.FEATURES), dtype=np.float32)
    slope = jax.jit(jax.grad(output))(x, weights, others)
    gradient = np.asarray(slope, np.float64)  # in float32 the squares of small ones would be zero
    return np.asarray(np.linalg.norm(gradient, axis=2).mean(axis=0))


def last_state(cell: str, units: int) -> networks.Model:
    """The recurrent layer of a `genre_rnn`, freshly started from seed 0: ``(songs, 120, 25)`` to its last state."""
    networks.keras.utils.set_random_seed(0)
    net = networks.genre_rnn(10, cell, units)  # type: ignore[arg-type]
    return networks.keras.Model(net.inputs[0], net.layers[0].output)


def middle_unit() -> networks.Model:
    """The middle position after convolution and pooling of the document's best net, started from seed 0."""
    networks.keras.utils.set_random_seed(0)
    net = networks.genre_cnn(10)
    last = next(layer for layer in net.layers if isinstance(layer, networks.keras.layers.Flatten))
    before = net.layers[net.layers.index(last) - 1].output
    return networks.keras.Model(net.inputs[0], before[:, before.shape[1] // 2])


@check("B23")
def context() -> Verdict:
    """Segments that move a convolutional unit, and a recurrent state."""
    seen = int(np.sum(pull(middle_unit(), networks.SEGMENTS) > 0))
    reach = networks.receptive_field((3, 3), "max 2")
    of_state = {cell.upper(): pull(last_state(cell, 50), networks.SEGMENTS) for cell in ("gru", "lstm")}
    further = all(int(np.sum(found > 0)) > reach for found in of_state.values())
    networks.keras.utils.set_random_seed(0)
    whole = int(np.sum(pull(networks.genre_cnn(10), networks.SEGMENTS) > 0))
    felt = " and ".join(f"{np.sum(found > FELT * found.max())} in the {cell}" for cell, found in of_state.items())
    return Verdict(
        "upheld" if seen <= reach and further else "not upheld",
        f"A unit of the document's best net sees {reach} segments, and no other moves it. A recurrent state is a "
        f"function of every segment before it, but it forgets: before training, {felt} of {networks.SEGMENTS} "
        "segments have a gradient above a millionth of the largest. The convolutional net as a whole sees "
        f"{whole} of {networks.SEGMENTS} segments through its fully connected layer (pooling drops the rest), so with "
        "songs of fixed length both contexts are nearly the whole song.",
    )


def parameters(variant: str) -> int:
    """Parameters of a variant's net for ten genres."""
    (run,) = run_of("", "gtzan", variant, EVERY[variant], seeds=1)
    return networks.outline(lambda: network(run)).count_params()


def slower(variant: str) -> float:
    """How many times as long a run on GTZAN takes as one of convolution in time: medians over the seeds of both."""
    both = matched(*(arm(place("gtzan", name)) for name in (variant, POOLED)))
    return float(np.divide(*(np.median(of.seconds) for of in both)))


def worse_and_slower(variants: tuple[str, ...]) -> Kind:
    """Whether convolution in time is ahead of every variant in accuracy, and every variant takes longer."""
    longer: Kind = "upheld" if all(slower(variant) > 1 for variant in variants) else "not upheld"
    return together(longer, *(decide(across(POOLED, variant).values(), +1) for variant in variants))


def times(variants: tuple[str, ...]) -> str:
    """How many times as long recurrent nets take, in words."""
    return " and ".join(f"{slower(v):.1f}" for v in variants) + " times"


def in_words(variants: tuple[str, ...]) -> str:
    """Parameters of recurrent nets, beside those of convolution in time."""
    return "Parameters: " + ", ".join(f"{v} {parameters(v):,}" for v in (*variants, POOLED))


def ahead(variants: tuple[str, ...]) -> str:
    """Where the differences in accuracy are told from zero."""
    return ". ".join(f"Convolution in time minus {v} is {told(across(POOLED, v))}" for v in variants)


def differences(variants: tuple[str, ...]) -> tuple[str, ...]:
    """The differences in accuracy line by line."""
    return tuple(line for v in variants for line in lines(f"Convolution in time minus {v}", across(POOLED, v)))


@check("B24")
def recurrent_nets_are_slow() -> Verdict:
    """Accuracy on small sets of songs, and time, of recurrent layers of 50 units."""
    variants = ("GRU", "LSTM")
    outlast = how_many_outlast(among(family(), *((POOLED, v) for v in variants)))
    return Verdict(
        worse_and_slower(variants),
        f"At most a thousand songs are learnt from. {ahead(variants)}. {outlast} On GTZAN the two take "
        f"{times(variants)} as long as convolution in time.",
        evidence=(
            *differences(variants),
            f"{in_words(variants)}.",
            *(f"Convolution in time minus {v}, {ANEW}: {with_songs_anew(POOLED, v)}." for v in variants),
            *(f"Convolution in time minus {v}. {by_accuracy(POOLED, v)}" for v in variants),
            *(f"Convolution in time minus {v}. {BESIDE}: {on_validation(POOLED, v)}." for v in variants),
            KEY,
        ),
    )


@check("B68")
def recurrent_nets_at_equal_parameters() -> Verdict:
    """What the document assumed of recurrent nets, tested with as many parameters."""
    variants = tuple(WIDE)
    return Verdict(
        worse_and_slower(variants),
        f"The comparison that the document proposes, on GTZAN. {ahead(variants)}. The two take {times(variants)} as "
        "long as convolution in time. Upheld would mean that convolution in time is the better choice, as was assumed.",
        evidence=(*differences(variants), f"{in_words(variants)}.", KEY),
    )
