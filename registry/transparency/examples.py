"""Words for the examples of the API: the audit log, its checkpoints and proofs."""

from __future__ import annotations

from typing import Any

from registry.api.examples import DIGEST

CHECKPOINT = "registry.example/log/5f1c20aa\n5120\nbwx/etQcKyxfTwt+VdKhyY87beBMdxml4tixBqnE43=\n"
COSIGNED = "— witness.example+8f0d3b21 uK1YbG9nLXdpdG5lc3Mtc2lnbmF0dXJlLWluLWJhc2U2NA=="
WORDS: dict[str, Any] = {
    "size": 5120,
    "root": DIGEST,
    "CheckpointOut.note": CHECKPOINT,
    "origin": "registry.example/log/5f1c20aa",
    "keys": ["registry.example/log/5f1c20aa+8d2f61b4+AVJlZ2lzdHJ5LWtleS1pbi1iYXNlNjQtb2YtMzItYnl0ZXM="],
    "witnesses": ["witness.example+8f0d3b21+BFdpdG5lc3Mta2V5LWluLWJhc2U2NC1vZi0zMi1ieXRlcyE="],
    "InclusionOut.schema": "kcr-log-proof/1",
    "ConsistencyOut.schema": "kcr-log-consistency/1",
    "index": 4711,
    "leaf_hash": DIGEST,
    "path": [DIGEST],
    "checkpoint": CHECKPOINT,
    "old": CHECKPOINT,
    "new": CHECKPOINT,
    "proof": [DIGEST],
    "line": COSIGNED,
    "witness": "witness.example",
}
