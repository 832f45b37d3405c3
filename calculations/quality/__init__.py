"""Quality control: the grid of slots, gross ranges, charge balance. Pure functions."""
