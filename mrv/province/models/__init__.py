"""The tables of this room, by subject: demonstration areas, the exchange with departments, the library of rules."""

from mrv.province.models.areas import DemonstrationArea
from mrv.province.models.exchange import Agreement
from mrv.province.models.library import PolicyDocument

__all__ = ["Agreement", "DemonstrationArea", "PolicyDocument"]
