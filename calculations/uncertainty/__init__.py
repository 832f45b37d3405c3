"""Error model and Monte Carlo of fluxes and of the net enhancement."""
