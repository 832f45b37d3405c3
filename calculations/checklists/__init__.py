"""What a verification body looks at, as data: one list per methodology version."""

from calculations.checklists.loader import TASKS, Checklist, ChecklistError, Item, checklist_of, read_checklist

__all__ = ["TASKS", "Checklist", "ChecklistError", "Item", "checklist_of", "read_checklist"]
