"""Figures read across the slices: how rooms are used."""
