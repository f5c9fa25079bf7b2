"""Variational Bayesian networks: priors, mean-field Keras layers, the evidence lower bound, predictions as draws."""
