"""The proponent's own work on a station's equipment and visits: nobody waits for it, so nobody is told."""

from registry.core import told

told.nobody(
    "stations.create",
    "stations.place",
    "stations.equip",
    "stations.deploy",
    "stations.end_deployment",
    "stations.calibrate",
    "stations.visit",
    "stations.issue_token",
    "stations.revoke_token",
)
