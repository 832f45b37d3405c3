"""Certificates follow the decision that is told already (``mrv.periods.notices``)."""

from registry.core import told

told.nobody("certificates.issue", "certificates.render", "certificates.cancel", "certificates.supersede")
