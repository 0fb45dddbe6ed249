"""Which files people may give. What a file is, its name says and its first bytes must bear out."""

import io
import re
import zipfile
from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

OFFICE = "application/vnd.openxmlformats-officedocument"
OPEN_DOCUMENT = "application/vnd.oasis.opendocument"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# What may stand before the text of a file, in the order in which they are tried.
TEXT_CODINGS = ("utf-8", "gb18030", "big5")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
LONGEST_NAME = 200


class FileType(NamedTuple):
    """What a file of that ending is, whether a browser may show it by itself, and the test of its content."""

    media_type: str
    is_shown: bool
    bears_out: Callable[[bytes], bool]


def _begins(*starts: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(starts)


def _is_webp(content: bytes) -> bool:
    return content[:4] == b"RIFF" and content[8:12] == b"WEBP"


def _zipped(*wanted: str) -> Callable[[bytes], bool]:
    """A ZIP archive that holds such names, and no macros."""
    return lambda content: _holds(_names(content), wanted)


def _names(content: bytes) -> Collection[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError):
        return ()


def _holds(names: Collection[str], wanted: Collection[str]) -> bool:
    has_macros = any(name.lower().endswith("vbaproject.bin") for name in names)
    return not has_macros and all(any(name.startswith(start) for name in names) for start in wanted)


def _is_text(content: bytes) -> bool:
    return coding_of(content) is not None


def coding_of(content: bytes) -> str | None:
    """In which coding the content is a text; None if in none of ours."""
    for coding in TEXT_CODINGS:
        try:
            text = content.decode(coding)
        except UnicodeDecodeError:
            continue
        return None if CONTROL.search(text) else coding
    return None


def _open_document(kind: str) -> FileType:
    media_type = f"{OPEN_DOCUMENT}.{kind}"
    return FileType(media_type, False, lambda content: media_type.encode() in content[:200] and bool(_names(content)))


TYPES = {
    "pdf": FileType("application/pdf", True, _begins(b"%PDF-")),
    "docx": FileType(f"{OFFICE}.wordprocessingml.document", False, _zipped("[Content_Types].xml", "word/")),
    "xlsx": FileType(f"{OFFICE}.spreadsheetml.sheet", False, _zipped("[Content_Types].xml", "xl/")),
    "pptx": FileType(f"{OFFICE}.presentationml.presentation", False, _zipped("[Content_Types].xml", "ppt/")),
    "doc": FileType("application/msword", False, _begins(OLE)),
    "xls": FileType("application/vnd.ms-excel", False, _begins(OLE)),
    "ppt": FileType("application/vnd.ms-powerpoint", False, _begins(OLE)),
    "wps": FileType("application/octet-stream", False, _begins(OLE)),
    "et": FileType("application/octet-stream", False, _begins(OLE)),
    "dps": FileType("application/octet-stream", False, _begins(OLE)),
    "ofd": FileType("application/ofd", False, _zipped("OFD.xml")),
    "odt": _open_document("text"),
    "ods": _open_document("spreadsheet"),
    "odp": _open_document("presentation"),
    "png": FileType("image/png", True, _begins(b"\x89PNG\r\n\x1a\n")),
    "jpg": FileType("image/jpeg", True, _begins(b"\xff\xd8\xff")),
    "jpeg": FileType("image/jpeg", True, _begins(b"\xff\xd8\xff")),
    "gif": FileType("image/gif", True, _begins(b"GIF87a", b"GIF89a")),
    "webp": FileType("image/webp", True, _is_webp),
    "txt": FileType("text/plain", True, _is_text),
    "md": FileType("text/plain", True, _is_text),
    "csv": FileType("text/csv", False, _is_text),
}
ENDINGS = ",".join(f".{ending}" for ending in TYPES)


def type_of(file_name: str, types: Mapping[str, FileType] = TYPES) -> FileType | None:
    """What a file of that name claims to be; None for what is none of these types."""
    return types.get(file_name.rpartition(".")[2].lower()) if "." in file_name else None


def own_name(file_name: str) -> str:
    """The name without folders, and without characters that show another name than it is; at most 200 characters."""
    last = re.split(r"[/\\]", file_name)[-1]
    stem, dot, ending = UNPRINTABLE.sub("", last).strip().rpartition(".")
    return f"{stem[: LONGEST_NAME - len(dot + ending[:20])]}{dot}{ending[:20]}" if dot else ending[:LONGEST_NAME]
