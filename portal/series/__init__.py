"""Series of bookings by a rule of recurrence (RFC 5545 §3.8.5)."""
