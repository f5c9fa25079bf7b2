"""What is taken for what: D39."""

import numpy as np

from secondlook.checks.fully_connected_cifar10 import printed
from secondlook.checks.fully_connected_cifar10.printed import CAR, CAT, DOG, TRUCK
from secondlook.checks.fully_connected_cifar10.rates import counts
from secondlook.checks.over_seeds import arm, together
from secondlook.checks.words import KEY, between, brief, effect
from secondlook.claims import Kind, Verdict, check
from secondlook.compare import paired


def mistaken(confusion: np.ndarray, true: int, predicted: int) -> np.ndarray:
    """The share of a class's pictures taken for another class, ``(seeds,)``."""
    return confusion[:, true, predicted] / confusion[:, true].sum(axis=-1)


@check("D39")
def mistakes() -> Verdict:
    """Cats for dogs, few trucks for cars, more of them in the test, and cars for trucks too."""
    items = arm("cifar10/as written").items
    train, test = items["at_10/train_confusion"], items["at_10/test_confusion"]
    off = ~np.eye(printed.CLASSES, dtype=bool)
    taken_for = np.where(off, train, 0)  # (seeds, true, predicted), mistakes alone
    dogs_first = taken_for[:, CAT].argmax(axis=1) == DOG
    cars_first = taken_for[:, TRUCK].argmax(axis=1) == CAR
    mean = taken_for.mean(axis=0)
    dogs_on_average = mean[CAT].argmax() == DOG
    few_of_trucks = mean[TRUCK].argmax() != CAR
    fewer_than_cats = paired(mistaken(train, CAT, DOG), mistaken(train, TRUCK, CAR))
    few: Kind = "upheld" if few_of_trucks and fewer_than_cats.low > 0 else "inconclusive"
    if not few_of_trucks and fewer_than_cats.high < 0:
        few = "not upheld"
    up_trucks = paired(mistaken(test, TRUCK, CAR), mistaken(train, TRUCK, CAR))
    up_cars = paired(mistaken(test, CAR, TRUCK), mistaken(train, CAR, TRUCK))
    share = [(c / c.sum(axis=2, keepdims=True)).mean(axis=0) for c in (train, test)]
    alike = float(np.corrcoef(share[0][off], share[1][off])[0, 1])
    holds = bool(dogs_on_average) and min(up_trucks.low, up_cars.low) > 0 and alike > 0.9
    others = counts(printed.SMALL_TRAIN)
    called = int(others.predicted[CAR] - others.right[CAR])
    return Verdict(
        together("upheld" if holds else "not upheld", few),
        f"Dogs are what cats are taken for most, {'on average and ' * bool(dogs_on_average)}in {dogs_first.sum()} of "
        f"our {len(test)} runs. From training to test the share of trucks taken for cars changes by "
        f"{effect(up_trucks)}, that of cars taken for trucks by {effect(up_cars)}. Few trucks taken for cars in "
        f"training? {100 * mistaken(train, TRUCK, CAR).mean():.1f} % of them are; the share of cats taken for dogs "
        f"differs from that by {between(fewer_than_cats)}; and in {cars_first.sum()} of {len(test)} runs cars are what "
        "trucks are taken for most.",
        evidence=(
            f"From training to test, trucks taken for cars: {brief(up_trucks)}.",
            f"From training to test, cars taken for trucks: {brief(up_cars)}.",
            f"In training, cats taken for dogs minus trucks taken for cars: {brief(fewer_than_cats)}.",
            f"The two sets' tables of mistakes have correlation {alike:.2f}{': the same mistakes, oftener' * holds}.",
            f"In the document's own run, by its printed rates, {called:,} training pictures of all other classes were "
            f"called cars, in ours {taken_for[:, :, CAR].sum(axis=1).mean():,.0f} on average.",
            KEY,
        ),
    )
