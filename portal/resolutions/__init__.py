"""Resolutions: what a meeting decided, who owes it, and how it goes."""
