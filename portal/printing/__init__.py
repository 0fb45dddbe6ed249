"""What a meeting needs on paper: lists, badges, name plates, and who sits where."""
