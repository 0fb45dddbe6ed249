"""Minutes: written from the agenda, reviewed, made final and numbered, handed out."""
