"""Which files may belong to minutes: all that may be papers, and recordings of sound."""

from collections.abc import Callable

from portal.core.file_types import TYPES, FileType
from portal.core.uploads import LARGEST, MEGABYTE

LARGEST_RECORDING = 50 * MEGABYTE
# What an MPEG-4 file of sound calls itself (ISO/IEC 14496-12 §4.3).
SOUND_BRANDS = (b"M4A ", b"M4B ", b"mp41", b"mp42", b"isom", b"iso2", b"dash")


def _is_mp3(content: bytes) -> bool:
    """An ID3 tag, or the first frame of MPEG audio, layer III (ISO/IEC 11172-3 §2.4.1.3)."""
    is_frame = len(content) > 1 and content[0] == 0xFF and content[1] & 0xE6 == 0xE2
    return content.startswith(b"ID3") or is_frame


def _is_m4a(content: bytes) -> bool:
    return content[4:8] == b"ftyp" and content[8:12] in SOUND_BRANDS


def _is_wav(content: bytes) -> bool:
    return content[:4] == b"RIFF" and content[8:12] == b"WAVE"


def _sound(media_type: str, bears_out: Callable[[bytes], bool]) -> FileType:
    # A browser plays it by itself only where our policy lets it: it is saved.
    return FileType(media_type, False, bears_out)


RECORDINGS = {
    "mp3": _sound("audio/mpeg", _is_mp3),
    "m4a": _sound("audio/mp4", _is_m4a),
    "wav": _sound("audio/wav", _is_wav),
    "ogg": _sound("audio/ogg", lambda content: content.startswith(b"OggS")),
}
KINDS = {**TYPES, **RECORDINGS}
ENDINGS = ",".join(f".{ending}" for ending in KINDS)


def is_recording(file_name: str) -> bool:
    """Whether a file of that name claims to be a recording."""
    return "." in file_name and file_name.rpartition(".")[2].lower() in RECORDINGS


def largest_for(file_name: str) -> int:
    """How many bytes a file of that name may have."""
    return LARGEST_RECORDING if is_recording(file_name) else LARGEST
