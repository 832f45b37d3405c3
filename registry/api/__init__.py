"""What every room's ``api.py`` stands on: who asks, what a refusal looks like, acts that may be sent twice."""
