"""Pages on which a later day is asked for and decided on."""
