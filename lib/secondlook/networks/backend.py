"""Keras, on JAX: the backend must be chosen before Keras is imported, so every network imports Keras from here."""

import os

os.environ.setdefault("KERAS_BACKEND", "jax")

import keras
from keras import Model, layers

__all__ = ["Model", "keras", "layers"]
