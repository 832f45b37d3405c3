"""A person's own choice of what is mailed is told to nobody; loading this room's services makes it the writer."""

from registry.core import told

told.nobody("people.set_notices")
