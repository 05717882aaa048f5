"""Finds agencies, as printed, in a title, a signature line or a source line."""

from __future__ import annotations

import re
import unicodedata

from archive.gazetteer import names
from archive.gazetteer.resolver import gazetteer

# What stands around an agency in a title or the first sentence: years, dates, the report's own name.
_CUTS = re.compile(
    r"(?:(?<!\d)(?:20|19)\d{2}(?:\s*年)?(?:\s*度)?(?:\d{1,2}月)?(?:\d{1,2}日)?|[二一][〇○零O0九][〇○零一二三四五六七八九O0]{2}年?度?"
    r"|(?<![\d第])[0-2]\d年度?(?=政府信息|信息公开|政务公开)"
    r"|(?<!人民)政府信息(?:主动)?公开|信息公开|政务公开|年度(?:工作)?报告|年报|工作报告|年度"
    r"|关于|发布机构|发布单位|信息来源|文章来源|来源|作者|编制单位|责任单位|索引号|主办单位"
    r"|(?<!自)由(?!路)|根据|按照|依照|结合|围绕|依据|编制(?!委|办|管)|公布|发布|现将|现公开|认真|严格|高度"
    r"|[A-Za-z]+"
    r"|[\s,.;:!?、,。;:!?()《》〈〉<>\[\]【】“”\"'|/—_\-·>→]+)"
)
_STRONG = re.compile(
    r"^.*(?:人民政府办公室|人民政府办公厅|人民政府|街道办事处|地区办事处|办事处|管理委员会|管委会|委员会|管理局|服务署)"
)
_TAIL = re.compile(
    r"(?:人民政府|政府|办事处|委员会|管委会|公署|行署|局|厅|署|委|办公室|办公厅|办|街道|地区|镇|乡|苏木|中心|研究院|法院|检察院|"
    r"事务所|财政所|总队|支队|大队|联合会|总工会|联社|供销社|馆|政协|人大|管理处|服务处|管理所|分局|[宣传组织统战工]部|公司|学校|学院|大学|中学|小学|医院|卫生院)$"
)
# Words that end like an agency and are none, and agencies that stand for every or no one.
_NOT = re.compile(
    r"^(?:各|其他|其它|上级|相关|有关|该|某|乡镇|镇街|部门|区直|县直|市直|省市)"
    r"|^(?:全|本|我)(?:国|省|市|区|县|旗|州(?!县)|镇|乡|街|局|办|委|厅|机关|单位|部门|级|地区|中心|院|署)"
    r"|^(?:城乡|乡镇|街镇|市镇|村镇|地区|本地区|办事处|政府|人民政府|委员会|中心|办公室|局|委|办|镇|乡|街道)$"
    r"|(?:不予|网站|数字|法治|廉洁|服务型|电子)政府$|(?:等|在|对|是|为|了|将)(?:局|办|委|镇|乡)$|以.+为中心$"
    r"|部署$|通过|受理|代表|加强|提高|^(?:的|在|主要)"
    r"|(?:承办|举办|主办|交办|督办|经办|协办|查办)$"
)
_MARKS = re.compile(r"[,。;:!?、《》<>|\s]")


def looks_like_agency(text: str) -> bool:
    """Whether a text of one line is an agency's name as printed, and nothing else."""
    name = names.clean(text)
    if not 2 <= len(name) <= 40 or _MARKS.search(text.strip()) or _NOT.search(name):
        return False
    if _TAIL.search(name):
        return len(name) > 2 or name in gazetteer().lower
    index = gazetteer()
    return name in index.upper and name not in names.GENERIC_DISTRICTS and not names.BARE_ZONE.match(name)


def find_agencies(text: str) -> list[str]:
    """The agencies that a short text names, as printed, the longest first."""
    found: list[str] = []
    for part in _CUTS.split(unicodedata.normalize("NFKC", text)):
        if not part:
            continue
        segment = part.strip()
        if not looks_like_agency(segment):
            match = _STRONG.match(segment)
            segment = match[0] if match else ""
            if not segment or not looks_like_agency(segment):
                continue
        if segment not in found:
            found.append(segment)
    return sorted(found, key=len, reverse=True)
