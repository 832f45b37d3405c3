"""What the flux accounting refuses or warns about: code -> (Chinese, English)."""

from __future__ import annotations

FLUX_TEXTS: dict[str, tuple[str, str]] = {}
