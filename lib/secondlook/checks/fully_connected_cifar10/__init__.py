"""Checks of notebook 03: document 003, problem 3, fully connected nets on CIFAR-10."""

from secondlook.checks.fully_connected_cifar10 import losses, mistakes, rates, relu, setting, sizes

__all__ = ["losses", "mistakes", "rates", "relu", "setting", "sizes"]
