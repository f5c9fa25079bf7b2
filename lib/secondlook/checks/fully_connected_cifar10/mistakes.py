"""What is taken for what: D39."""

import numpy as np

from secondlook.checks.fully_connected_cifar10 import printed
from secondlook.checks.fully_connected_cifar10.family import family, mistaken
from secondlook.checks.fully_connected_cifar10.printed import CAR, CAT, DOG, TRUCK
from secondlook.checks.fully_connected_cifar10.rates import counts
from secondlook.checks.over_seeds import arm, decide, together
from secondlook.checks.words import KEY, alone, brief
from secondlook.claims import Kind, Verdict, check


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
    up_trucks, up_cars, fewer_than_cats = (
        family()[name]
        for name in (
            "trucks for cars: test - training",
            "cars for trucks: test - training",
            "cats for dogs - trucks for cars",
        )
    )
    fewer = decide([fewer_than_cats], +1)
    few: Kind = fewer if fewer == ("upheld" if few_of_trucks else "not upheld") else "inconclusive"
    share = [(c / c.sum(axis=2, keepdims=True)).mean(axis=0) for c in (train, test)]
    alike = float(np.corrcoef(share[0][off], share[1][off])[0, 1])
    holds = bool(dogs_on_average) and alike > 0.9
    others = counts(printed.SMALL_TRAIN)
    called = int(others.predicted[CAR] - others.right[CAR])
    return Verdict(
        together("upheld" if holds else "not upheld", *(decide([up], +1) for up in (up_trucks, up_cars)), few),
        f"Dogs are what cats are taken for most, {'on average and ' * bool(dogs_on_average)}in {dogs_first.sum()} of "
        f"our {len(test)} runs. From training to test the share of trucks taken for cars changes by "
        f"{alone(up_trucks)}, that of cars taken for trucks by {alone(up_cars)}. Few trucks taken for cars in "
        f"training? {100 * mistaken(train, TRUCK, CAR).mean():.1f} % of them are; the share of cats taken for dogs "
        f"differs from that by {alone(fewer_than_cats)}; and in {cars_first.sum()} of {len(test)} runs cars are what "
        "trucks are taken for most.",
        evidence=(
            f"From training to test, trucks taken for cars: {brief(*up_trucks)}.",
            f"From training to test, cars taken for trucks: {brief(*up_cars)}.",
            f"In training, cats taken for dogs minus trucks taken for cars: {brief(*fewer_than_cats)}.",
            f"The two sets' tables of mistakes have correlation {alike:.2f}{': the same mistakes, oftener' * holds}.",
            f"In the document's own run, by its printed rates, {called:,} training pictures of all other classes were "
            f"called cars, in ours {taken_for[:, :, CAR].sum(axis=1).mean():,.0f} on average.",
            KEY,
        ),
    )
