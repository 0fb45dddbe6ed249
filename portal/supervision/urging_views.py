"""Pages on which those who owe something are urged, and what was urged is seen."""
