"""Samplers of a posterior known up to a constant, and what tells whether their draws can be trusted."""

from secondlook.samplers.chains import Chains
from secondlook.samplers.diagnostics import Diagnostics, diagnose
from secondlook.samplers.ensemble import Ensemble, average_chains, run_ensemble, walker_chains
from secondlook.samplers.kept import KeptError, keep_ensemble
from secondlook.samplers.metropolis import metropolis
from secondlook.samplers.moves import SplitStep, crank_nicolson
from secondlook.samplers.nuts import nuts
from secondlook.samplers.split import split_hmc
from secondlook.samplers.splitting import Scheme, lobatto, strang
from secondlook.samplers.white import whitened, whitened_log_prob
from secondlook.samplers.whitened_hmc import whitened_hmc

__all__ = [
    "Chains",
    "Diagnostics",
    "Ensemble",
    "KeptError",
    "Scheme",
    "SplitStep",
    "average_chains",
    "crank_nicolson",
    "diagnose",
    "keep_ensemble",
    "lobatto",
    "metropolis",
    "nuts",
    "run_ensemble",
    "split_hmc",
    "strang",
    "walker_chains",
    "whitened",
    "whitened_hmc",
    "whitened_log_prob",
]
