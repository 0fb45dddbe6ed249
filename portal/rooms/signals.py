"""What slices above may want to know. Sent within the transaction; receivers write into the same one."""

from blinker import Namespace

_signals = Namespace()

# sender: the Booking, new and flushed; actor
booking_made = _signals.signal("booking-made")
# sender: the Booking, with another title or visibility only; actor
booking_renamed = _signals.signal("booking-renamed")
# sender: the Booking; before: (starts_at, ends_at, room name); actor
booking_moved = _signals.signal("booking-moved")
# sender: the Booking; actor
booking_cancelled = _signals.signal("booking-cancelled")
# sender: the Booking, standing again; cancelled_at: when it had been cancelled; actor
booking_restored = _signals.signal("booking-restored")
# sender: the Room or Area that has another name or place, flushed; room_ids: the rooms that are said otherwise now;
# owner_ids: whose bookings they hold. The rooms themselves are the same, so nobody has to answer anew.
rooms_renamed = _signals.signal("rooms-renamed")
# sender: a Room; bookings: those, locked, that will be moved or cancelled together in this transaction. Receivers
# lock what of theirs goes along, in the order of ids: taken one by one, two transactions could wait for each other.
bookings_leaving = _signals.signal("bookings-leaving")
# As the single ones above, for the occurrences of one series that are made, moved, renamed,
# cancelled or restored at once; the sender is the Series. bookings: those, flushed; for moves, befores: for each its
# (starts_at, ends_at, room name); for restored ones, cancelled_at; actor
many_made = _signals.signal("many-made")
many_moved = _signals.signal("many-moved")
many_cancelled = _signals.signal("many-cancelled")
many_renamed = _signals.signal("many-renamed")
many_restored = _signals.signal("many-restored")
