"""What one run of the study is: whose last layer, which of its items, and how its weights are found."""

from dataclasses import dataclass
from typing import Literal

from secondlook.runs import Config

Method = Literal["point", "mode", "laplace", "hmc", "document"]


@dataclass(frozen=True, kw_only=True)
class LastLayerRun(Config):
    """One way to the weights of one net's last layer, given the features of its items. The seed is also the net's."""

    source: str
    method: Method
    """``point`` is the layer as trained; ``mode``, ``laplace`` and ``hmc`` are of the posterior under N(0, 1) on every
    weight; ``document`` is the script's own, under a flat prior."""
    items: int | None = None
    """How many of the training items the layer is given, the first ones; None for all."""
    units: int | None = None
    """How many of the hidden units it is given, the first ones; None for all."""
