"""Radicals that stand for characters: a PDF printed by a browser says ⼒ (U+2F12) and ⻋ (U+2ECB) for 力 and 车.

The Kangxi radicals (U+2F00) have compatibility mappings in Unicode; of the CJK Radicals Supplement (U+2E80) only two
have, so those that are characters by themselves are named here, after the Unicode code chart U2E80.
"""

import unicodedata

__all__ = ["whole_characters"]

_SUPPLEMENT = dict(
    zip(
        "⺎⺒⺓⺔⺕⺙⺛⺝⺟⺠⺤⺧⺩⺫⺬⺮⺯⺱⺳⺶⺹⺻⺼⻁⻃⻄⻅⻆⻉⻊⻋⻑⻓⻔⻗⻘⻙⻚⻛⻜⻝⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻯⻰⻳",
        "兀巳幺彑彐攵旡月母民爫牛王目示竹糸网网羊耂聿肉虎覀西见角贝足车長长门雨青韦页风飞食首马骨鬼鱼鸟卤麦黄黾齐齿竜龙龟",
    )
)
_WHOLE = {ord(radical): character for radical, character in _SUPPLEMENT.items()} | {
    code: unicodedata.normalize("NFKC", chr(code))
    for code in (*range(0x2F00, 0x2FD6), *range(0xF900, 0xFA6E), *range(0xFB00, 0xFB07))
}


def whole_characters(text: str) -> str:
    """The text with radicals and compatibility forms as the characters they stand for."""
    return text.translate(_WHOLE)
