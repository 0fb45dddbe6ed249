"""Duties with an owner, a due time and a proof. Knows no kind of record."""
