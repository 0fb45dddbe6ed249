"""What slices above may want to know. Sent within the transaction; receivers write into the same one."""

from blinker import Namespace

_signals = Namespace()

# sender: the Booking, new and flushed; actor
booking_made = _signals.signal("booking-made")
# sender: the Booking, with another title only; actor
booking_renamed = _signals.signal("booking-renamed")
# sender: the Booking; before: (starts_at, ends_at, room name); actor
booking_moved = _signals.signal("booking-moved")
# sender: the Booking; actor
booking_cancelled = _signals.signal("booking-cancelled")
