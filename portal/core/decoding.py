"""Text out of files, whichever program saved them."""


def decoded(content: bytes) -> str | None:
    """UTF-8 or UTF-16 by its mark, else UTF-8, else GBK (GB 18030), as Chinese Excel saves; None for no text."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        candidates = ["utf-16"]
    else:
        candidates = ["utf-8-sig", "gb18030"]
    for encoding in candidates:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    return None
