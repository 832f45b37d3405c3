"""What the regressions refuse or warn about: code -> (Chinese, English)."""

from __future__ import annotations

REGRESSION_TEXTS: dict[str, tuple[str, str]] = {}
