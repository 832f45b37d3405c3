"""Fixtures for every test. The servers come from ``tests/plugins/services.py``, before Django is loaded."""
