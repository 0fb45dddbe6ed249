"""Which typefaces a Word document of minutes names, by language, and what stands in where a machine lacks them."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Faces:
    """Typefaces by what they are for; `latin` is for letters and digits, the others for Chinese characters."""

    latin: str
    title: str
    body: str
    section: str
    part: str
    language: str


FACES = {
    "zh_Hans": Faces("Times New Roman", "方正小标宋简体", "仿宋", "黑体", "楷体", "zh-CN"),
    "zh_Hant": Faces("Times New Roman", "標楷體", "標楷體", "微軟正黑體", "標楷體", "zh-TW"),
    "en": Faces("Times New Roman", "宋体", "宋体", "黑体", "楷体", "zh-CN"),
}
# What stands in for a typeface that a machine lacks, the first that it has (ECMA-376-1 §17.8.3.1).
STAND_INS = {
    "方正小标宋简体": "FZXiaoBiaoSong-B05S,华文中宋,STZhongsong,宋体,SimSun,Noto Serif CJK SC",
    "仿宋": "仿宋_GB2312,FangSong,华文仿宋,STFangsong,Noto Serif CJK SC",
    "楷体": "楷体_GB2312,KaiTi,华文楷体,STKaiti,Noto Serif CJK SC",
    "宋体": "SimSun,华文宋体,STSong,Noto Serif CJK SC",
    "黑体": "SimHei,华文黑体,STHeiti,Noto Sans CJK SC",
    "標楷體": "DFKai-SB,BiauKai,Noto Serif CJK TC",
    "微軟正黑體": "Microsoft JhengHei,Noto Sans CJK TC",
}
WITHOUT_SERIFS = ("黑体", "微軟正黑體")
# The character sets of simplified and traditional Chinese (§17.8.3.2).
GB2312, BIG5 = "86", "88"


def add_stand_ins(document: Any) -> None:
    """Name in the table of fonts what stands in for those that a machine lacks."""
    table = next(part for part in document.part.package.iter_parts() if part.partname == "/word/fontTable.xml")
    fonts = "".join(_font(name, others) for name, others in STAND_INS.items())
    table._blob = table.blob.replace(b"</w:fonts>", fonts.encode() + b"</w:fonts>")


def _font(name: str, others: str) -> str:
    charset = BIG5 if others.endswith("TC") else GB2312
    family = "swiss" if name in WITHOUT_SERIFS else "roman"
    return (
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="{charset}"/>'
        f'<w:family w:val="{family}"/><w:pitch w:val="variable"/></w:font>'
    )
