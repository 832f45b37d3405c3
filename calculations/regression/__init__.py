"""EC -> ion models by closed-form least squares."""
