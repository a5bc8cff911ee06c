"""Amounts of money in the characters that cannot be altered on paper (大写), as contracts and vouchers demand them."""

__all__ = ["in_capitals"]

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿", "万亿")


def in_capitals(fen: int) -> str:
    """Fen in capitals: 1536000 is 壹万伍仟叁佰陆拾元整, 101 is 壹元零壹分.

    After 支付结算办法附件一 (银发〔1997〕393号): 整 follows yuan and jiao, not fen; zeros between digits are said once.
    Raises ``ValueError`` from 10¹⁶ yuan on.
    """
    sign, fen = ("负" if fen < 0 else ""), abs(fen)
    yuan, rest = divmod(fen, 100)
    jiao, small = divmod(rest, 10)
    if yuan >= 10**16:
        raise ValueError(fen)
    said = f"{_whole(yuan)}元" if yuan else ""
    if not rest:
        return f"{sign}{said or '零元'}整"
    if jiao:
        said += ("零" if yuan and yuan % 10 == 0 else "") + f"{DIGITS[jiao]}角"
    elif yuan:
        said += "零"
    return sign + said + (f"{DIGITS[small]}分" if small else "整")


def _whole(number: int) -> str:
    said, gap = "", False
    for group in range(len(GROUPS) - 1, -1, -1):
        part = number // 10 ** (4 * group) % 10**4
        if not part:
            gap = bool(said)
            continue
        said += ("零" if said and (gap or part < 1000) else "") + _thousands(part) + GROUPS[group]
        gap = False
    return said


def _thousands(part: int) -> str:
    said, gap = "", False
    for place in range(3, -1, -1):
        digit = part // 10**place % 10
        if not digit:
            gap = bool(said)
            continue
        said += ("零" if gap else "") + DIGITS[digit] + PLACES[place]
        gap = False
    return said
