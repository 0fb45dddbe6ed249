"""Rooms, bookings, and the grid of a day."""
