"""How names are spelt on a keyboard: 张三 is found by “zs” and “zhangsan”, Alice Smith by “as”."""

from functools import lru_cache
from itertools import islice, product

# A surname may be read in several ways (单: dan, shan); more than so many spellings of a name help nobody.
MOST = 6


@lru_cache(maxsize=20_000)
def spellings(name: str) -> tuple[str, ...]:
    """The name itself, its initials and, of Chinese, its pinyin, all in lower case and without spaces."""
    words = name.lower().split()
    found = {"".join(words): None, "".join(word[0] for word in words): None, **dict.fromkeys(words)}
    if any("\u3400" <= character <= "\u9fff" for character in name):
        for reading in islice(_readings("".join(words)), MOST):
            found["".join(reading)] = None
            found["".join(syllable[0] for syllable in reading if syllable)] = None
    return tuple(found)


def _readings(name: str) -> product:
    """The likely readings: of the first character all, of the others the usual one."""
    # Its tables of all characters take half a second: only processes that spell Chinese load them.
    from pypinyin import Style, pinyin  # noqa: PLC0415

    each = pinyin(name, style=Style.NORMAL, heteronym=True)
    return product(each[0], *([syllables[0]] for syllables in each[1:]))
