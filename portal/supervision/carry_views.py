"""Open items of a body at its next meeting."""
