"""Versions of minutes side by side, and the files that minutes are exported to."""
