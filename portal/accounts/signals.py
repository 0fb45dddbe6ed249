"""What slices above may want to know. Sent within the transaction; receivers write into the same one."""

from blinker import Namespace

_signals = Namespace()

# sender: the Delegation, new and flushed; actor
delegation_made = _signals.signal("delegation-made")
# sender: the Delegation that is about to be removed; actor
delegation_ended = _signals.signal("delegation-ended")
