"""Acts on the log itself stand in the log; a broken one is on every official's list of things to do."""

from registry.core import told

told.nobody("audit.export", "audit.change_key")
