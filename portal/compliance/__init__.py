"""The proof that the regulations were kept: clause by clause, for a meeting and for the organisation."""
