"""The checks that decide the claims: one file per notebook, one function per claim."""
