"""Samplers of a posterior known up to a constant, and what tells whether their draws can be trusted."""

from secondlook.samplers.chains import Chains
from secondlook.samplers.diagnostics import Diagnostics, diagnose
from secondlook.samplers.metropolis import metropolis
from secondlook.samplers.nuts import nuts

__all__ = ["Chains", "Diagnostics", "diagnose", "metropolis", "nuts"]
