"""Reading people, rooms and bookings out of files that other programs wrote."""
