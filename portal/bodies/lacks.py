"""What those who keep the bodies should put right."""

from typing import NamedTuple


class BodyLack(NamedTuple):
    """Something about the body of that key, and the clause that asks for better, if one does."""

    key: str
    words: str
    clause: str = ""
