"""Rating curves, gap filling, load estimators."""
