from mrv.decisions.models.casework import Hold, ReturnedItem, ReviewNote, StageLimit
from mrv.decisions.models.reviews import Review

__all__ = ["Hold", "ReturnedItem", "Review", "ReviewNote", "StageLimit"]
