"""What is signed, frozen: the same contents always have the same digest."""

import json
from hashlib import sha256
from typing import Any


def digest_of(contents: dict[str, Any]) -> str:
    """SHA-256 of the contents in a form in which the order of names does not matter."""
    return sha256(json.dumps(contents, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    """The named values that differ between two snapshots: name, before, after; nothing where one had none."""
    old, new = dict(before["facts"]), dict(after["facts"])
    names = [*old, *(name for name in new if name not in old)]
    return [(name, old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name)]
