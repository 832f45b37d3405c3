"""The tables of projects, by subject: the project and its cycle, the parts of the file that it is judged by,
and what it asks for once it is registered."""

from registry.projects.models.file_parts import BoundaryVersion, Declaration, OverlapJustification, ProjectDocument
from registry.projects.models.project import BEFORE_PUBLIC, Comment, Project, Revocation, Validation
from registry.projects.models.requests import ChangeOfProponent, Renewal

__all__ = [
    "BEFORE_PUBLIC",
    "BoundaryVersion",
    "ChangeOfProponent",
    "Comment",
    "Declaration",
    "OverlapJustification",
    "Project",
    "ProjectDocument",
    "Renewal",
    "Revocation",
    "Validation",
]
