"""Passwords, hashed with argon2id."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher()

SHORTEST = 10


@cache
def _nobody() -> str:
    """Checked when there is no such person, so that the answer takes as long as for one that exists."""
    return _hasher.hash("nobody has this password")


def hashed(password: str) -> str:
    return _hasher.hash(password)


def fits(password_hash: str | None, password: str) -> bool:
    """Whether the password is the hash's; takes the same time when there is no hash."""
    # Asked for in either case: the first to need it would take longer.
    nobody = _nobody()
    try:
        _hasher.verify(password_hash or nobody, password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(password_hash)
