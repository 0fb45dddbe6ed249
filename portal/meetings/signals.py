"""What slices above may want to know. Sent within the transaction; receivers write into the same one."""

from blinker import Namespace

_signals = Namespace()

# sender: the Meeting; people: ids of those whose view of it changed (attendees and organizer, also one taken off)
meeting_changed = _signals.signal("meeting-changed")
# sender: nothing; people: ids of those whose view of many meetings and bookings changes in this transaction
many_changed = _signals.signal("many-changed")
