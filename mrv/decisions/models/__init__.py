from mrv.decisions.models.casework import Hold, ReturnedItem, ReviewNote, StageLimit
from mrv.decisions.models.reviews import Review
from mrv.decisions.models.seen import SeenLights

__all__ = ["Hold", "ReturnedItem", "Review", "ReviewNote", "SeenLights", "StageLimit"]
