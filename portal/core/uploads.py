"""A file as somebody gave it, and whether it may be kept."""

from collections.abc import Mapping
from typing import NamedTuple

from portal.core.errors import DomainError
from portal.core.file_types import TYPES, FileType, coding_of, own_name, type_of
from portal.core.i18n import gettext as _

MEGABYTE = 1 << 20
LARGEST = 20 * MEGABYTE


class Upload(NamedTuple):
    """A file as somebody gave it."""

    name: str
    content: bytes


def checked(upload: Upload, types: Mapping[str, FileType] = TYPES, largest: int = LARGEST) -> tuple[str, str]:
    """The file's own name and its media type. Raises DomainError for what is none of these types, or too large."""
    name = own_name(upload.name)
    if not upload.content:
        raise DomainError(_("Please choose a file that is not empty."), "file")
    if len(upload.content) > largest:
        raise DomainError(_("A file has %(count)s MB at most.", count=largest // MEGABYTE), "file")
    kind = type_of(name, types)
    if kind is None:
        raise DomainError(
            _("Papers are files of these kinds: %(kinds)s.", kinds=", ".join(sorted(types)).upper()), "file"
        )
    if not kind.bears_out(upload.content):
        raise DomainError(_("“%(name)s” is not what its name says. Save it anew in that form.", name=name), "file")
    coding = coding_of(upload.content) if kind.media_type == "text/plain" else None
    return name, f"{kind.media_type}; charset={coding}" if coding else kind.media_type
