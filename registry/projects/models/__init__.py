"""The tables of projects, by subject: the project and its cycle, and the parts of the file that it is judged by."""

from registry.projects.models.file_parts import BoundaryVersion, Declaration, OverlapJustification, ProjectDocument
from registry.projects.models.project import BEFORE_PUBLIC, Comment, Project, Revocation, Validation

__all__ = [
    "BEFORE_PUBLIC",
    "BoundaryVersion",
    "Comment",
    "Declaration",
    "OverlapJustification",
    "Project",
    "ProjectDocument",
    "Revocation",
    "Validation",
]
