"""What slices above may want to know. Sent within the transaction; receivers write into the same one."""

from blinker import Namespace

_signals = Namespace()

# sender: the Booking, flushed, which ends now and earlier than booked, and whose SEQUENCE has risen; actor, nobody if
# it was the clock or somebody at the door. It was not moved: what takes place in it keeps its own times, for people
# may have met elsewhere, and nobody has to answer anew.
booking_ended = _signals.signal("booking-ended")
