"""Whether people came: check-in at the door, rooms given back when nobody did, and the display beside the door."""
