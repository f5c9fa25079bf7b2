"""What one run of the study is: a method and its settings."""

from dataclasses import dataclass
from typing import Literal

from secondlook.runs import Config
from secondlook.variational.layers import Estimator
from secondlook.variational.priors import Law

Method = Literal["point estimate", "temperature", "dropout", "ensemble", "last-layer Laplace", "variational"]
BATCH_SIZE = 128
LEARNING_RATE = 0.001
"""Of Adam; it falls to zero along half a cosine, so that the last epoch's net is no accident."""
DRAWS = 50
"""Of the weights, for a method that predicts by draws; an ensemble has as many as it has members."""
MEMBERS = 5


@dataclass(frozen=True, kw_only=True)
class MnistRun(Config):
    """One fit of a fully connected ReLU net by one method."""

    method: Method
    epochs: int
    hidden: tuple[int, ...] = (400, 400)
    law: Law = "normal"
    """Of the prior, of scale 1, of a variational net."""
    estimator: Estimator = "local"
