"""The written regulations as data: profiles with their clauses, in versions."""
