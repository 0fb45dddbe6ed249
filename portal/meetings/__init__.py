"""Meetings: agenda, people, notices and answers."""
