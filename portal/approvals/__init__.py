"""Approvals: a frozen snapshot of a record goes through steps until it is effective. Knows no kind of record."""
