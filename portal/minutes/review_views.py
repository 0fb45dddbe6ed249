"""Pages on which minutes are reviewed, made final and added to."""
