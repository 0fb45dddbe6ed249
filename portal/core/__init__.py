"""Database, clock, settings, language and the errors that all slices share."""
