"""Pages on which the effect of what was closed is evaluated, and what has no active owner is found."""
