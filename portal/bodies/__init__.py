"""Bodies of the organisation that decide or review together: who belongs to them, from when until when."""
