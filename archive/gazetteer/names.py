"""How divisions and their governments are called: suffixes, short forms, canonical names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

# Groups of one character need their 族, or 白 of 白沙 and 水 of 三水 would be taken for a people.
_GROUP = (
    "(?:[回藏苗彝壮满侗瑶白傣黎佤畲水土羌怒京各]族|民族|(?:蒙古|维吾尔|布依|朝鲜|土家|哈尼|哈萨克|傈僳|高山|拉祜|东乡|纳西|景颇|柯尔克孜|达斡尔|仫佬|布朗|撒拉|毛南"
    "|仡佬|锡伯|阿昌|普米|塔吉克|乌孜别克|俄罗斯|鄂温克|德昂|保安|裕固|塔塔尔|独龙|鄂伦春|赫哲|门巴|珞巴|基诺)族?)"
)
_AUTONOMOUS = re.compile(rf"^(.+?){_GROUP}*自治(区|州|县|旗)$")
_ETHNIC_TOWN = re.compile(rf"^(.+?){_GROUP}+(乡|镇)$")

HIGH_TECH = re.compile(r"高新技术(?:产业)?(?:开发|园)区$")
ECONOMIC = re.compile(r"经济(?:技术)?开发区$")
# Zones whose name alone says nothing of the place: every second city has one.
BARE_ZONE = re.compile(r"^(?:高新技术产业开发区|经济技术开发区|经济开发区|高新区|经开区|开发区|新区|园区|工业园区)$")
ZONE = re.compile(
    r"(?:高新区|经开区|开发区|实验区|试验区|示范区|园区|新区|管理区|度假区|名胜区|风景区|保税区|合作区|新城|组团)$"
)
COMMITTEE = re.compile(r"(?:党工委、?)?(?:管理委员会|管委会)$")
STREET_NAME = re.compile(r"(?:街道|街道办事处|办事处|地区)$")
TOWN_NAME = re.compile(r"(?:街道|街道办事处|办事处|地区|镇|乡|苏木)$")
GENERIC_DISTRICTS = frozenset({"城区", "郊区", "矿区", "东区", "西区"})

# What follows a street's or town's name and still means the street or town itself.
_OFFICE = r"(?:党政综合办公室|党政办公室|党政办|综合办公室|综合办|办公室|办公厅|党工委|工委|党委|委员会|机关)"
OWN_OFFICE = re.compile(rf"^(?:人民政府|政府|办事处|管理委员会|管委会|行政委员会|管理处)?{_OFFICE}?$")
GOVERNMENT = re.compile(r"^(?:人民政府|政府|行政公署|行署|管理委员会|管委会|行政委员会)$")
GOVERNMENT_OFFICE = re.compile(r"^(?:人民)?政府(?P<office>办公室|办公厅|办)$")
SELF_REFERENCE = re.compile(rf"^(?:本|我)?(?:街道|镇|乡|苏木)?(?:办事处|人民政府|政府)?{_OFFICE}?$")
# 市 of 市场, 市政, 市容, 市民 and 区 of 区域 begin a department's own name; 区民政局 is the district's 民政局.
OWN_DIVISION = re.compile(
    r"^(?:自治(?=[区州县旗]))?(省|市|区|县|旗|州|盟)(?!场|政(?![府协法务数])|容|民(?![政族宗营])|域|块|级|直|属)(.*)$"
)

DEPARTMENT = re.compile(
    r"(?:局|厅|委员会|委|办公室|办公厅|办|中心|署|院|所|站|处|总队|支队|大队|队|研究室|联合会|总工会|工会|妇联|残联|"
    r"科协|工商联|团委|联社|供销社|合作社|馆|台|部|室|组|政协|人大|公署|政府|机构)$"
)
NOT_GOVERNMENT = re.compile(
    r"(?:公司|集团|厂|大学|学院|学校|中学|小学|幼儿园|医院|卫生院|协会|学会|商会|银行|"
    r"村|社区|居委会|村委会|村民委员会|居民委员会)$"
)
_SPACE = re.compile(r"\s+")
_EDGES = " \t,.;:!?、，。；：！？—-_|·《》〈〉“”\"'[]【】"


def clean(printed: str) -> str:
    """The printed name in full-width-free form (NFKC), without spaces and without marks at its ends."""
    text = _SPACE.sub("", unicodedata.normalize("NFKC", printed)).strip(_EDGES)
    return text.removeprefix("中国共产党").removeprefix("中共")


def short_names(name: str) -> Iterator[str]:
    """Other names under which a division of one name is printed: 耿马县, 黔东南州, 滨州高新区, 高楼乡."""
    if match := _AUTONOMOUS.match(name):
        stem, kind = match.groups()
        if kind == "区":
            yield stem
        elif len(stem) > 1 and stem + kind != name:
            yield stem + kind
    if (match := _ETHNIC_TOWN.match(name)) and len(match[1]) > 1:
        yield match[1] + match[2]
    for pattern, short in ((HIGH_TECH, "高新区"), (ECONOMIC, "经开区")):
        if pattern.search(name):
            yield short
            yield pattern.sub(short, name)
    # 科技城（东渚街道）, （工业园区）城南街道, 兆麟街道地区
    if name.endswith("街道地区"):
        yield name.removesuffix("地区")
    if match := re.match(r"^(.*)（(.+)）(.*)$", name):
        for part in (match[1] + match[3], match[2]):
            if len(part) > 2 and TOWN_NAME.search(part):
                yield part


def stem(name: str) -> str | None:
    """A district's name without its 县, 区 or 市, where two characters or more are left."""
    return name[:-1] if len(name) > 2 and name[-1] in "县区市" and not ZONE.search(name) else None


def street_variants(name: str) -> Iterator[str]:
    """The gazetteer's possible names of a printed street: 汉屯路街道 for 汉屯路办事处, 汉屯路街道办."""
    yield name
    for printed in ("街道办事处", "街道办", "街办", "办事处", "街"):
        if name.endswith(printed) and len(name) > len(printed):
            yield name.removesuffix(printed) + "街道"
            break
    if name.endswith("地区办事处"):
        yield name.removesuffix("办事处")


def government_of_town(name: str) -> str:
    """The canonical agency of a street or town: 汉屯路街道办事处, 悦来镇人民政府, 南磨房地区办事处."""
    if name.endswith(("街道", "地区")):
        return name + "办事处"
    if name.endswith(("镇", "乡", "苏木")):
        return name + "人民政府"
    return name


def is_street(name: str, code: str = "") -> bool:
    """Whether a nine-digit division is a street: by its name, or by its number (GB/T 10114: 001 to 099)."""
    return bool(STREET_NAME.search(name)) or code[6:7] == "0"
