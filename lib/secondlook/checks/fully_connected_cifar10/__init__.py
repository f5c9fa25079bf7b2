"""Checks of notebook 03: document 003, problem 3, fully connected nets on CIFAR-10."""

from secondlook.checks.fully_connected_cifar10 import losses, rates, setting, sizes

__all__ = ["losses", "rates", "setting", "sizes"]
