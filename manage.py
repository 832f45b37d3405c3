#!/usr/bin/env python
"""Django's commands, with the embedded services started for those that need them."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")

from registry.core.embedded import commands

if __name__ == "__main__":
    sys.exit(commands.main(sys.argv))
