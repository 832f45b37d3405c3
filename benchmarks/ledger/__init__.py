"""The ledger's verbs against an empty Django transaction and a raw UPDATE: ``python -m benchmarks.ledger``."""
