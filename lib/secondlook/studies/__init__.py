"""The studies: one file per question, each with frozen configs (full and toy are values, not branches) and a run."""

from importlib import import_module

from secondlook.runs import Study

_WHERE = {
    "cifar10": ("cifar10", "AS_WRITTEN"),
    "cifar10_smaller": ("cifar10", "SMALLER"),
    "cifar10_larger": ("cifar10", "LARGER"),
    "cifar10_fewer_pictures": ("cifar10", "FEWER_PICTURES"),
    "cifar10_convolutional": ("cifar10", "CONVOLUTIONAL"),
    "songs_pictures": ("songs.pictures", "STUDY"),
    "songs_baseline": ("songs.baseline", "STUDY"),
    "songs_regularisation": ("songs.regularisation", "STUDY"),
    "songs_convolution": ("songs.convolution", "STUDY"),
    "songs_combining": ("songs.combining", "STUDY"),
    "songs_correcting": ("songs.correcting", "STUDY"),
    "songs_twenty_five": ("songs.twenty_five", "STUDY"),
    "samplers": ("samplers", "STUDY"),
    "dimensions": ("dimensions", "STUDY"),
    "songs_variational": ("songs.variational", "STUDY"),
    "mnist": ("mnist.study", "STUDY"),
    "mnist_nuts": ("mnist.nuts", "STUDY"),
    "mnist_cost": ("mnist.cost", "STUDY"),
    "priors": ("priors.arms", "PRIORS"),
    "priors_nuts": ("priors.arms", "NUTS"),
    "sparsity": ("priors.sparsity", "STUDY"),
    "hierarchical": ("priors.hierarchical", "STUDY"),
    "last_layer": ("last_layer.study", "STUDY"),
    "walkers": ("walkers", "STUDY"),
}
NAMES = tuple(_WHERE)
_PRIVATE = {
    "songs_edinburgh": ("songs.course", "STUDY"),
    "songs_edinburgh_combined": ("songs.course", "COMBINED"),
}
PRIVATE = tuple(_PRIVATE)
"""Studies of data that are not public: they run when named, and their records are not committed."""


def study(name: str) -> Study:
    """The study of that name; its module is imported now, so that listing names stays cheap."""
    where = _WHERE | _PRIVATE
    if name not in where:
        raise ValueError(f"{name!r}: no such study; there are {', '.join(where)}")
    module, attribute = where[name]
    return getattr(import_module(f"secondlook.studies.{module}"), attribute)
