"""How many planted faults the automatic tests find, and how often they cry wolf, on simulated station years."""
