"""Studies of priors on weights, all of small nets: what is known of one is a set of draws of its weights."""
