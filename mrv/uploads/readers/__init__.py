"""Reads what people upload, without Django: bytes in, exact numbers and a full report out.

Nothing is silent and nothing is half-read: each step (``steps/``) says in the report what it found, and a file with
an error gives no table. The modules of this package that define ``LAYOUT`` are the layouts.
"""

from mrv.uploads.readers.mapped_table import Glance, glance
from mrv.uploads.readers.messages import Message
from mrv.uploads.readers.reading import (
    QUESTIONS,
    Answers,
    kind_of,
    read_baseline,
    read_gaugings,
    read_logger,
    read_samples,
)
from mrv.uploads.readers.report import ReadReport
from mrv.uploads.readers.steps.received import DEFAULT_SIZE_LIMIT, zip_members
from mrv.uploads.readers.tables import (
    MISSING,
    PARAMETERS,
    Baseline,
    Column,
    Gauging,
    LabSample,
    LoggerTable,
)

__all__ = [
    "DEFAULT_SIZE_LIMIT",
    "MISSING",
    "PARAMETERS",
    "QUESTIONS",
    "Answers",
    "Baseline",
    "Column",
    "Gauging",
    "Glance",
    "LabSample",
    "LoggerTable",
    "Message",
    "ReadReport",
    "glance",
    "kind_of",
    "read_baseline",
    "read_gaugings",
    "read_logger",
    "read_samples",
    "zip_members",
]
