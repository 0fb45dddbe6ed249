"""Finding a piece of a text, in Chinese as in English: how a text is folded, and the keys under which it is indexed.

Words are not divided by spaces in Chinese, so that the index knows no words: it holds each character of a text, and
each pair of neighbours. What has all keys of a word can hold it; whether it does is then looked up in the folded text.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise

MOST_WORDS = 8


@lru_cache(maxsize=8192)
def _folded(character: str) -> str:
    plain = unicodedata.normalize("NFKC", character).casefold()
    return " " if plain.isspace() else plain.replace("\x00", "")


def fold(text: str) -> str:
    """The text as it is compared: full width as half width, capital letters as small ones, every gap a space."""
    return "".join(map(_folded, unicodedata.normalize("NFC", text)))


def words_of(text: str) -> list[str]:
    """What is looked for: the folded words between the gaps, each once."""
    return list(dict.fromkeys(fold(text).split()))[:MOST_WORDS]


def keys_of_text(folded: str) -> set[int]:
    """The keys under which a folded text is found: of each character and each pair. They fit 32 bits with a sign."""
    keys = set(map(ord, folded)) | {_key(one, other) for one, other in pairwise(folded)}
    return keys - {ord(" ")}


def keys_of_word(word: str) -> set[int]:
    """The keys that a text has which holds this folded word: its pairs, or its only character."""
    return {_key(one, other) for one, other in pairwise(word)} or {ord(word)}


def _key(one: str, other: str) -> int:
    # Two pairs may share a key: the text itself is looked at in the end.
    return (ord(one) * 65599 + ord(other)) & 0x7FFFFFFF


def pieces(text: str, words: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """The text cut into pieces, each with whether it is one of the folded words."""
    text = unicodedata.normalize("NFC", text)
    # To which character of the text each one of the folded text belongs.
    folded, origins = [], []
    for place, character in enumerate(text):
        for one in _folded(character):
            folded.append(one)
            origins.append(place)
    marked = {
        origins[at] for start, end in _found("".join(folded), words) for at in range(start, end)
    }
    begin = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or (end in marked) != (begin in marked):
            yield text[begin:end], begin in marked
            begin = end


def _found(folded: str, words: Iterable[str]) -> Iterator[tuple[int, int]]:
    for word in words:
        start = folded.find(word)
        while start >= 0:
            yield start, start + len(word)
            start = folded.find(word, start + len(word))
