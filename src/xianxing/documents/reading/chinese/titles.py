"""The title of a Chinese document: its first line, with the lines that go on with it."""

import re
from collections.abc import Sequence

from xianxing.documents.reading.chinese.headings import is_numbered
from xianxing.documents.text import Paragraph

__all__ = ["title_of"]

_ENDS = re.compile(
    r"(?:意见|通知|方案|办法|规划|决定|批复|条例|公告|报告|纲要|计划|措施|政策|细则|规定|清单|通报|要点|分工|总结|函|汇报|讲话)(?:（[^）]*）|\([^)]*\)|的通知)?$"
)
_BEFORE = re.compile(
    r"^(?:.{2,30}(?:人民政府|委员会|办公室|管委会)(?:文件)?$|.{0,12}[〔\[（]\d{4}[〕\]）].{0,8}号$|索引号|主题分类|发文机关|来源|时间|发布)"
)
_LONGEST, _MOST_LINES = 60, 4


def title_of(paragraphs: Sequence[Paragraph]) -> tuple[str, int]:
    """The title, and the number of the first paragraph after it."""
    start = next((at for at, one in enumerate(paragraphs[:8]) if not _BEFORE.search(one.text.strip())), 0)
    lines = [one.text.strip() for one in paragraphs[start : start + _MOST_LINES]]
    count = next((at for at in range(1, len(lines) + 1) if _is_whole(lines[:at])), 1)
    return "".join(lines[:count]), start + min(count, len(lines))


def _is_whole(lines: Sequence[str]) -> bool:
    """Whether lines are a title that ends as titles do."""
    return bool(_ENDS.search(lines[-1])) and not any(
        is_numbered(line) or len(line) > _LONGEST or re.search("[。：:；]", line) for line in lines
    )
