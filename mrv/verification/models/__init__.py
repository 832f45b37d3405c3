from mrv.verification.models.assignments import Assignment, Consultancy, Opinion, Recomputation
from mrv.verification.models.findings import Finding, FindingDocument, FindingEntry
from mrv.verification.models.workbench import ChecklistAnswer, Pick, PickCheck, SamplingPlan

__all__ = [
    "Assignment",
    "ChecklistAnswer",
    "Consultancy",
    "Finding",
    "FindingDocument",
    "FindingEntry",
    "Opinion",
    "Pick",
    "PickCheck",
    "Recomputation",
    "SamplingPlan",
]
