"""Photos of what can be booked: whatever is given is made a modest JPEG that tells nothing but what it shows."""

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

from portal.accounts.models import Person
from portal.audit.commands import record
from portal.core import files
from portal.core.access import allow
from portal.core.db import db
from portal.core.errors import DomainError
from portal.core.i18n import gettext as _
from portal.rooms import policy
from portal.rooms.keeping import lock
from portal.rooms.models import Resource

LARGEST = 5 << 20
MOST_PIXELS = 50_000_000
WIDEST = 1600
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")


def set_photo(actor: Person, resource: Resource, content: bytes) -> None:
    """Show this photo of it from now on. Raises NotAllowed, or DomainError for what is no image, or too large."""
    allow(policy.keeps(actor, resource))
    jpeg = jpeg_of(content)
    lock(resource)
    resource.photo = files.keep(jpeg)
    db.session.flush()
    record(actor, "room.photo_set", resource, name=resource.name)


def remove_photo(actor: Person, resource: Resource) -> None:
    """Show no photo of it any more."""
    allow(policy.keeps(actor, resource))
    lock(resource)
    resource.photo = ""
    db.session.flush()
    record(actor, "room.photo_removed", resource, name=resource.name)


def jpeg_of(content: bytes) -> bytes:
    """The image upright, as a JPEG of 1600 pixels a side at most, without what the camera noted about it."""
    if len(content) > LARGEST:
        raise DomainError(_("A photo has %(count)s MB at most.", count=LARGEST >> 20), "photo")
    try:
        with warnings.catch_warnings():
            # Its size is looked at before anything is unpacked.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=FORMATS) as image:
                return _shrunk(image)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError):
        raise DomainError(_("This is no photo that can be shown. Take a JPEG, PNG or WebP file."), "photo") from None


def _shrunk(image: Image.Image) -> bytes:
    if image.width * image.height > MOST_PIXELS:
        raise DomainError(_("This photo has too many pixels. Make it smaller first."), "photo")
    upright = ImageOps.exif_transpose(image)
    upright.thumbnail((WIDEST, WIDEST))
    # On white, where the photo lets something shine through.
    layers = upright.convert("RGBA")
    shown = Image.new("RGB", layers.size, "white")
    shown.paste(layers, mask=layers.getchannel("A"))
    written = io.BytesIO()
    shown.save(written, "JPEG", quality=82, optimize=True)
    return written.getvalue()
