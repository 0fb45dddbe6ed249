"""The backward calendar: the last moment for each step, what is refused after it, and who may waive that."""
