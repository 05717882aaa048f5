"""What a page has around its article: told by tags, by names of classes, by links, and by what the lines say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import cast

from lxml.etree import XPath, _ElementUnicodeResult
from lxml.html import HtmlElement

from archive.reading.blocks import Block, Grid

# Parts of class names and identifiers, compared whole once the name is split at its joints.
_NAMES = frozenset(
    (
        "share bdshare bdsharebuttonbox print dayin crumb crumbs breadcrumb breadcrumbs bread curpos dqwz "
        "jiathis weizhi mbx fontsize ziti zihao toolbar tools toolbox functionicon qrcode ewm erweima related relate "
        "relnews xgwz xgyd xgxx xglj prevnext prenext pagenext sxp sxpage syp xyp shangxia comment comments pinglun "
        "pagination pagediv fenye foot footer copyright banquan nav navbar menu sidebar sidenav wza barrierfree "
        "accessibility btngroup hits topbar header banner search sousuo friendlink friendlinks yqlj wzbtn jiucuo "
        "feedback clickcount recommend hotnews login loginbar loginbox totop backtop gotop side aside cookie cookies "
        "robot chatbot kefu anchor anchors"
    ).split()
)
_LISTS = frozenset(("ul", "ol", "div", "dl", "table"))
_STRING = XPath("string()", smart_strings=False)
_TAGS = frozenset(("nav", "footer", "aside"))
_TEXTS = XPath("descendant::text()")
_INLINE = frozenset(("span", "a", "font", "em", "label", "b"))
_SCRIPTED = ("script", "style", "option", "button")
_UNSAID = frozenset(("a", *_SCRIPTED))
_ENDING = frozenset(
    "address article blockquote br center dd div dl dt h1 h2 h3 h4 h5 h6 li ol p pre section td tr ul".split()
)
_JOINTS = re.compile(r"[^a-z0-9]+|(?<=[a-z])(?=[A-Z])")
_HAN = re.compile(r"[\u3400-\u9fff]")
_FILE = re.compile(
    r"\.(?:pdf|docx?|wps|xlsx?|ofd|zip|rar)(?:[?#]|$)|downfile|download|virtual_attach|/attach", re.IGNORECASE
)

_ATTACHED = re.compile(r"附件|附[:：]|^附$|(?:文件|报告)下载|下载(?:文件|报告)")

_TOOL_WORDS = (
    r"(?:我要)?打印(?:本页|此页|本文|正文|全文|文章|页面|网页)?|关闭(?:窗口|本页|此页|页面|网页)?|(?:加入|我要|放入)?收藏(?:本页|本站|夹)?|设为首页|"
    r"返回(?:顶部|列表|首页|上一?[页级]|目录)?|(?:回到)?顶部|Top|(?:一键|我要)?分享(?:本文|本页|到|至|给好友)?|新浪微博|腾讯微博|官方微博|微博|"
    r"官方微信|微信(?:好友|公众号|朋友圈)?|朋友圈|QQ(?:空间|好友)?|人人网|豆瓣|更多|字体大小|字体|字号|文字大小|[大中小]号字?|[特超]大|默认|大|中|小|"
    r"上一页|下一页|首页|末页|尾页|(?:我要|网站|内容|政府网站)?(?:纠错|找错)|繁體中文|繁体中文|繁體|繁体|简体中文|简体|English|EN|"
    r"(?:进入)?无障碍(?:浏览|阅读|模式|版)?|适老化|(?:长者|关怀|老年|关爱)(?:模式|版|助手|专区)|大字版|朗读|语音(?:播报|朗读)|播报|听新闻|放大|缩小|"
    r"还原|全屏|(?:手机|电脑|移动|图文|文字|全真|图片|H5)版|(?:文件|附件|正文|全文)?下载(?:文字版|图片版|全文|正文)?|登录|注册|(?:站内)?搜索|复制(?:本页)?(?:链接|网址)|"
    r"(?:推荐|转发|发送|转)给?(?:好友|朋友)|(?:我要|网友|发表)?评论|转发|点赞|投诉|视力保护色|党政机关|T\+|T-|A\+|A-|A|T"
)
_MARKS = r"[\s【】\[\]()（）|｜/、,，:：·•>＞<《》«»\-—]*+"
_TOOLS = re.compile(rf"^(?:{_MARKS}(?>{_TOOL_WORDS}))++{_MARKS}$", re.IGNORECASE)
_CRUMBS = re.compile(
    r"^(?:[【\[]?(?:您|你)?(?:现在|当前)?(?:所在|所处)?的?位置(?:是|为)?\s*[】\]]?\s*[:：>＞»]|当前位置|您现在的位置|"
    r"(?:网站)?首页\s*(?:[>＞»›/|·]|&gt;|-{1,2}\s*>?)\s*\S)"
)
_PATH = re.compile(r"^[^。，；]{2,30}(?:\s*[>＞»›]\s*[^。，；>＞»›]{2,40})+$")
_LABELS = (
    "发布时间|发布日期|发文日期|发文时间|成文日期|生成日期|公开日期|公开时间|更新时间|更新日期|日期|时间|信息来源|文章来源|稿件来源|来源|作者|撰稿|"
    "供稿|发布人|发布者|发布机构|发布单位|发文机关|发文机构|发文单位|公开机构|公开主体|信息提供者?|信息发布机构|浏览次数|浏览量|浏览|点击数|点击率|点击量|点击次数|"
    "点击|阅读次数|阅读量|阅读数|阅读|访问次数|访问量|人气|查看|责任编辑|编辑|编审|审核人?|审稿|校对|初审|复审|终审|录入|责编|字号|字体|视力保护色|"
    "保护视力色|索引号|信息索引号?|文号|发文字号|文件编号|主题分类|主题词|体裁分类|组配分类|服务对象分类|公开方式|公开范围|公开时限|公开形式|公开程序|有效性|"
    "时效性?|效力状态|是否有效|信息分类|信息名称|分类|内容概述|关键词|关键字|标签|信息类别|所属类别|栏目|所属栏目|语音播报|分享到?|主动公开方式|名称|标题|本文链接|本文网址|网址|发布人|上传者?|废止日期|生效日期|失效日期|有效期"
)
_INFO = re.compile(rf"^[【\[(（]?\s*(?:{_LABELS})\s*[】\])）]?\s*[:：]")
_INFO_ONLY = re.compile(rf"^(?:{_LABELS})$")
_COUNTER = re.compile(
    r"^(?:(?:浏览|点击|阅读|访问|人气|已下载|下载)(?:次数|量|数)?\s*[:：]?\s*[\[【(（]?\s*\d*\s*[\]】)）]?\s*(?:次|人次)?|(?:已有)?\s*\d+\s*(?:次浏览|人浏览|次阅读|人(?:已经?)?(?:点赞|喜欢|收藏|阅读|评论)))$"
)
_STAMP = re.compile(r"^(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}(?:\s+\d{1,2}:\d\d(?::\d\d)?)?(?:\s+.{0,40})?$")
_NEIGHBOURS = re.compile(
    r"^[【\[<《«]*\s*(?:上一?[篇条]|下一?[篇条]|前一[篇条]|后一[篇条]|上一则|下一则)(?:文章|信息|新闻)?\s*[】\]>》»:：]?"
)
_SCAN = re.compile(
    r"扫一扫|打开微信|扫码|扫描二维码|扫描(?:上方|下方|左侧|右侧)?二维码|手机(?:查看|浏览|打开|阅读)(?:当前|本)页|微信(?:公众号|扫)|(?:移动|手机)(?:端|版)二维码|^分享(?:到|至)"
)
_SHARING = re.compile(r"^打开微信|分享[至到](?:微信)?朋友圈|对[您你](?:是否)?有所?帮助")
# Where one of these stands after the article, nothing of it follows.
_RELATED = re.compile(
    r"^[【\[·■▪•]*\s*(?:相关(?:链接|阅读|文章|信息|新闻|文件|解读|稿件|文档|推荐|内容|资讯|政策|报道)|延伸阅读|推荐阅读|推荐信息|猜你喜欢|热门(?:文章|新闻|推荐|信息)|热点(?:推荐|信息)|"
    r"最新(?:信息|文章|公开|发布|动态)|友情链接|网站导航|信息推荐|图文推荐|关联(?:稿件|文件|信息)|"
    r"(?:网友|网民|发表|我要|最新|用户|文章|全部|所有|热门|精彩)?(?:评论|跟帖)|发表意见|(?:我要|网友|发表|全部)留言|登录后发表)\s*[】\]]?\s*(?:[:：(（>＞0-9].{0,20})?(?:更多.{0,4})?$"
)
_FOOT = re.compile(
    r"ICP[备证]|公网?安网?备|网站标识码|政府网站标识码|版权所有|Copyright|©|^(?:主办|承办|协办|运维|维护)(?:单位)?\s*[:：]|技术支持\s*[:：]?|"
    r"建议使用.{0,40}(?:浏览器|分辨率)|^(?:网站地图|关于我们|联系我们|网站声明|隐私声明|使用帮助|RSS订阅|站点地图)|您是第.{0,12}位访|^(?:累计|今日)访问|"
    r"违法和不良信息举报|适老化(?:改造|服务)|本站(?:已)?支持IPv6|政府网站找错|未经.{0,12}(?:授权|许可|同意).{0,12}(?:转载|复制|镜像)",
    re.IGNORECASE,
)
_FORM = re.compile(
    r"^(?:有|没有?)(?:帮助|用)\s*[(（]\d|请自觉遵守|验证码|匿名(?:发表|评论)|(?:提交|发表)评论|文明上网|还可以输入|字以内|^(?:昵称|姓名|评论内容|您的姓名)\s*[:：]?$"
)
_DISCLAIMED = re.compile(
    r"^(?:免责声明|声明|版权声明|郑重声明)\s*[:：]|本(?:网|站|网站)所?(?:转载|刊登|刊载|注明)|转载请注明|"
    r"(?:不|并不)(?:代表|表示)(?:本网|本站|本网站)|网上道德"
)
# The site speaks to its visitors: no reason to look for the article there.
_ADDRESSED = re.compile(
    r"Cookies?|隐私(?:政策|条款)|(?:评论|跟帖|留言|发言|网友)请?您?(?:自觉)?遵守|文明上网|理性发言|网友(?:评论|留言|发言|观点)[仅只]|"
    r"智能(?:助手|客服|机器人)|请问有什么|欢迎您?(?:来到|访问|光临|浏览)",
    re.IGNORECASE,
)
_SKIP_LINKS = re.compile(r"^(?:跳转到|跳到|跳过|进入)(?:主要?内容|正文|导航|无障碍|关怀版|长者)|^(?:网站支持|本站)IPv6")
_MARKS_ONLY = re.compile(r"[\s【】\[\]|｜>＞»«<:：·•]+$")
# 某镇人民政府 | 2024-01-16 | 阅读 45: what is not labelled is told by the date beside it.
_DATED_PIECES = re.compile(
    r"(?:[^。；！？\s|｜]{1,16}[\s|｜]+){0,4}(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}(?:[\s|｜]+[^。；！？|｜]{1,16}){0,6}"
)
_SENTENCE = re.compile(r"[。；！？]")
# A sentence goes on behind a link in it.
_GOES_ON = re.compile(r"\s*[。；，、！？）》”]")


def texts_with(pattern: re.Pattern[str], element: HtmlElement) -> list[_ElementUnicodeResult]:
    """The texts within an element in which a pattern is found; each knows the element that it stands in or behind."""
    return [text for text in cast(list[_ElementUnicodeResult], _TEXTS(element)) if pattern.search(text)]


def named_as_chrome(node: HtmlElement) -> bool:
    """Whether an element's tag, class or identifier says that it is no part of the article."""
    name, identifier = node.get("class"), node.get("id")
    return bool((name and _is_name(name)) or (identifier and _is_name(identifier)) or node.tag in _TAGS)


@lru_cache(maxsize=4096)
def _is_name(value: str) -> bool:
    for name in value.split():
        parts = [part.lower().rstrip("0123456789") for part in _JOINTS.split(name) if part]
        if any(part in _NAMES for part in (*parts, "".join(parts), *map("".join, pairwise(parts)))):
            return True
    return False


def is_attachment(link: HtmlElement) -> bool:
    """Whether a link leads to a document that belongs to the article."""
    return bool(link.get("appendix") or link.get("download") or _FILE.search(link.get("href") or ""))


def is_line_of_chrome(text: str) -> bool:
    """Whether a line is a tool, a breadcrumb, a label with its value, a counter, or a line of the page's foot."""
    if len(text) > 300:
        return False
    if any(pattern.match(text) for pattern in (_MARKS_ONLY, _TOOLS, _CRUMBS, _COUNTER, _NEIGHBOURS)):
        return True
    if _SENTENCE.search(text):
        return len(text) < 80 and _SHARING.search(text) is not None
    if _SKIP_LINKS.match(text) or (len(text) < 60 and (_SCAN.search(text) or _FORM.search(text))):
        return True
    return len(text) < 160 and _FOOT.search(text) is not None


def is_disclaimer(text: str) -> bool:
    """Whether a sentence is the site's own: about what it publishes, or to its visitors."""
    return any(pattern.search(text) for pattern in (_DISCLAIMED, _FOOT, _ADDRESSED))


def is_notice(text: str) -> bool:
    """Whether a line is the site's notice about what it publishes."""
    return _DISCLAIMED.search(text) is not None


def is_label_of_attachments(node: HtmlElement) -> bool:
    """Whether an element is a list of attachments: beside its links it says only that they are such."""
    label = re.sub(r"\s", "", own_text(node))
    return len(label) <= 40 and _ATTACHED.search(label) is not None


def is_information(text: str) -> bool:
    """Whether a line is of the box above an article: 发布时间：…, 索引号：…, a bare date."""
    return len(text) < 160 and not _SENTENCE.search(text) and bool(_INFO.match(text) or _STAMP.match(text))


def opens_related(text: str) -> bool:
    """Whether a line is the heading of what follows an article: related links, comments."""
    return _RELATED.match(text) is not None


def trimmed(blocks: Sequence[Block], first: int, last: int) -> list[Block]:
    """The blocks of an article without the page's own lines before, between and after them.

    `first` and `last` are the blocks between which the article surely stands; what only looks like chrome by its
    place (boxes of information, lists of related links) is taken out before and after them only. Where there is no
    such block (`last` below 0: a list, a page of attachments), nothing goes by its place but what is labelled.
    """
    if last < 0:
        return [block for block in blocks if isinstance(block, Grid) or not _is_labelled_chrome(block.text)]
    kept: list[Block] = []
    for number, block in enumerate(blocks):
        if isinstance(block, Grid):
            if number < first and _is_information_box(block):
                continue
        elif is_line_of_chrome(block.text) or (number < first and _is_head(block.text)):
            continue
        elif number > last:
            if opens_related(block.text):
                break
            if _DISCLAIMED.search(block.text) or (is_information(block.text) and not _is_date(block.text)):
                continue
        kept.append(block)
    return kept


def _is_labelled_chrome(text: str) -> bool:
    return is_line_of_chrome(text) or (is_information(text) and _STAMP.match(text) is None)


def _is_head(text: str) -> bool:
    """Whether a line above an article is of its box of information or a path of columns."""
    return is_information(text) or any(
        pattern.fullmatch(text) for pattern in (_INFO_ONLY, _PATH, _DATED_PIECES) if len(text) < 160
    )


def _is_date(text: str) -> bool:
    return bool(re.fullmatch(r"(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}", text))


def _is_information_box(grid: Grid) -> bool:
    """Whether a table is the box of 索引号, 发布机构, 文号 above an article."""
    texts = [text.strip("：: 　") for text in grid.texts()]
    labels = sum(bool(_INFO_ONLY.match(re.sub(r"\s", "", text)) or _INFO.match(text)) for text in texts)
    return labels >= 2 and labels >= 0.3 * len(texts)


def drop_parts(element: HtmlElement, evidence: set[HtmlElement]) -> None:
    """Take out of an element's tree what its names say is chrome, and links and tools before and after the article.

    What holds any of the `evidence`, or a sentence of its own, stays.
    """
    holders = {node for found in evidence for node in found.iterancestors()} | evidence
    telling = evidence | _sayers(element)
    lists = _lists_of_links(element)
    doomed: list[HtmlElement] = []
    outer: list[tuple[int, HtmlElement]] = []
    first = last = None
    stack = list(reversed(element))
    order = 0
    while stack:
        node = stack.pop()
        tag = node.tag
        if not isinstance(tag, str):
            continue
        order += 1
        if node in telling:
            first, last = first or order, order
        if node not in holders:
            if named_as_chrome(node) and (tag in _TAGS or not has_prose(node) or _is_foot(node)):
                doomed.append(node)
                continue
            if node in lists or (tag in _INLINE and (_is_tool(node) or _is_plain_link(node))):
                outer.append((order, node))
                continue
        if len(node):
            stack.extend(reversed(node))
    if first is None or last is None:
        doomed += [node for _, node in outer if node.tag != "a"]
    else:
        doomed += [node for order, node in outer if not first < order < last]
    for node in doomed:
        node.drop_tree()


def _sayers(element: HtmlElement) -> set[HtmlElement]:
    """The parts of an element that hold a sentence of an article, or are followed by one."""
    return {
        node
        for text in texts_with(_SENTENCE, element)
        if (node := text.getparent()) is not None and (text.is_tail or node.tag != "a") and not _SHARING.search(text)
    }


def _is_plain_link(node: HtmlElement) -> bool:
    """Whether an element is a link to another page, not a part of a sentence, an attachment, an address to write to."""
    if node.tag != "a" or is_attachment(node) or (node.get("href") or "").startswith(("mailto:", "#")):
        return False
    if node.tail and _GOES_ON.match(node.tail):
        return False
    before = node.getprevious()
    lead = (before.tail if before is not None else getattr(node.getparent(), "text", "")) or ""
    return not re.search(r"附[件表：:]", f"{lead}{''.join(node.itertext())}")


def _is_tool(node: HtmlElement) -> bool:
    """Whether an inline element is a tool: 【打印】 in front of the first line, without a line of its own."""
    if len(node) > 12:
        return False
    text = (str(_STRING(node)) if len(node) else node.text or "").strip()
    if not 1 < len(text) < 80:
        return False
    return (len(text) < 40 and _TOOLS.match(text) is not None) or _SHARING.match(text) is not None


def _is_foot(node: HtmlElement) -> bool:
    names = f"{node.get('class') or ''} {node.get('id') or ''}".lower()
    return any(word in names for word in ("foot", "copyright", "comment", "share", "sidebar", "related"))


def has_prose(node: HtmlElement) -> bool:
    """Whether an element says a sentence outside its links."""
    text = own_text(node)
    return bool(_SENTENCE.search(text)) and len(_HAN.findall(text)) >= 20


def is_prose(text: str | None) -> bool:
    """Whether a run of text holds a sentence of an article, not a word of the site about itself."""
    return text is not None and len(text) >= 20 and "。" in text and not is_disclaimer(text)


def own_text(node: HtmlElement) -> str:
    """The text of an element that no link holds, block by block on lines; scripts and style sheets are no text."""
    parts: list[str] = [node.text or ""]
    stack: list[HtmlElement | str] = list(reversed(node))
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            parts.append(item)
            continue
        if item.tail:
            stack.append(item.tail)
        if isinstance(item.tag, str) and item.tag not in _UNSAID:
            if item.tag in _ENDING:
                parts.append("\n")
                stack.append("\n")
            if item.text:
                parts.append(item.text)
            stack.extend(reversed(item))
    return "".join(parts)


def adds_to_article(node: HtmlElement) -> bool:
    """Whether an element beside an article says sentences of it, not abstracts of others nor what forms say."""
    prose = sum(is_prose(line) for line in own_text(node).split("\n"))
    if not prose or any(field.get("type") != "hidden" for field in node.iter("input", "textarea")):
        return False
    # Titles of other articles, each a link that has its line to itself, with their abstracts.
    titles = sum(1 for link in node.iter("a") if len(_HAN.findall(str(_STRING(link)))) > 4 and _is_alone(link))
    return titles < prose


def _is_alone(link: HtmlElement) -> bool:
    parent = link.getparent()
    around = link.tail or "", (parent.text or "") if parent is not None and link.getprevious() is None else ""
    return not is_attachment(link) and not _HAN.search("".join(around))


def _lists_of_links(element: HtmlElement) -> set[HtmlElement]:
    """The parts of an element that are nothing but links, two at least, and none of them to an attachment."""
    tallies: dict[HtmlElement, _Links] = {}
    for link in element.iter("a"):
        characters, attached = _han(str(_STRING(link))), is_attachment(link)
        for ancestor in link.iterancestors():
            if ancestor is element:
                break
            if ancestor.tag in _LISTS:
                tallies.setdefault(ancestor, _Links()).add(characters, attached)
    return {
        node
        for node, links in tallies.items()
        if links.number > 1 and not links.attachments and links.characters and _is_within(node, links.characters * 1.25)
    }


def _is_within(node: HtmlElement, characters: float) -> bool:
    """Whether an element says no more than so many Chinese characters; scripts and the like say nothing."""
    if _han(str(_STRING(node))) <= characters:
        return True
    return next(node.iter(*_SCRIPTED), None) is not None and _han(_said(node)) <= characters


def _said(node: HtmlElement) -> str:
    return own_text(node) + "".join(str(_STRING(link)) for link in node.iter("a"))


@dataclass(slots=True)
class _Links:
    """Links of an element: their number, the Chinese characters in them, and how many lead to attachments."""

    number: int = 0
    characters: int = 0
    attachments: int = 0

    def add(self, characters: int, attached: bool) -> None:
        self.number += 1
        self.characters += characters
        self.attachments += attached


def _han(text: str | None) -> int:
    return len(_HAN.findall(text)) if text else 0
