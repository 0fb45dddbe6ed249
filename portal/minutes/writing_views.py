"""Pages on which minutes are opened and written."""
