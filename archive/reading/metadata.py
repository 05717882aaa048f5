"""Title, date and source of a page: the national meta tags first, then what the page prints."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from typing import cast

from lxml.etree import XPath
from lxml.html import HtmlElement

from archive.reading.dates import first_date
from archive.reading.documents.hiding import is_certainly_hidden
from archive.reading.documents.html import squeeze

# 保定市人民政府网——…年度报告: sites put their name before the title, others after it.
_SITE_PREFIX = re.compile(r"^[^—–\-]{2,24}(?:网|网站|门户|政府|平台)\s*(?:——|--|—|–|-)\s*")
_SITE_SUFFIX = re.compile(r"[-_—|–]+[^-_—|–]{0,40}(?:网|门户|政府|平台|信息公开)[^-_—|–]{0,20}$")
_SCRIPTED_TITLE = re.compile(r"document\.title\s*=\s*([\"'])(.{2,160}?)\1")
_DATE_LABEL = re.compile(
    r"(?:发布|发文|公开|更新|生成|成文)?(?:时间|日期)\s*[:：]?\s*"
    r"((?:19|20)\d\d\s*[-年/.]\s*\d{1,2}\s*[-月/.]\s*\d{1,2})"
)
# 2022-01-12　来源：…, 2021年01月21日 10:22　作者：…: what stands beside the date says that it is the page's.
_DATE_BESIDE = re.compile(
    r"((?:19|20)\d\d\s*[-年/.]\s*\d{1,2}\s*[-月/.]\s*\d{1,2})\s*日?(?:\s+\d{1,2}:\d\d(?::\d\d)?)?[\s|]*"
    r"(?:(?:信息)?来源|作者|发布(?:机构|单位|人|者)|【?字体|点击(?:数|量|率)?[：:]|浏览(?:次数|量)?[：:]|访问量|阅读(?:次数|量)?[：:])"
)
_SOURCE_LABEL = re.compile(r"(?:信息来源|来源|发布机构|发布单位|信息提供者?)\s*[:：]\s*([^\s|:：]{2,30})")
_PAGE_CHARACTERS = 60_000
_TEXT_NODES = XPath("//body//text()", smart_strings=False)


@dataclass(slots=True)
class Description:
    """What a page says of itself: candidates for its title, best first, its date and source, unchecked."""

    titles: list[str] = field(default_factory=list)
    published: str | None = None
    source: str | None = None
    metadata: list[str] = field(default_factory=list)
    """What else its meta tags say (source, keywords, description)."""
    printed_heading: str = ""
    """The title as printed on the page, where its title element or metadata agree; else empty."""

    @property
    def heading(self) -> str:
        return re.sub(r"\s", "", self.printed_heading)


def describe(root: HtmlElement) -> Description:
    """Read the metadata of a page, before anything is taken out of its tree."""
    tags = _tags(root)
    page_text: list[str] = []

    def printed(label: re.Pattern[str]) -> str | None:
        if not page_text:
            page_text.append(_text(root))
        match = label.search(page_text[0])
        return match.group(1) if match else None

    described = Description()
    described.titles, described.printed_heading = _titles(root, tags)
    dates = (first_date(tags.get(name, "")) for name in ("pubdate", "publishdate", "maketime"))
    described.published = next((date for date in dates if date), None)
    if described.published is None and (date := printed(_DATE_LABEL) or printed(_DATE_BESIDE)):
        described.published = first_date(date)
    described.source = tags.get("contentsource") or tags.get("source") or printed(_SOURCE_LABEL)
    described.metadata = [tags[name] for name in ("contentsource", "source", "keywords", "description") if name in tags]
    return described


def _tags(root: HtmlElement) -> dict[str, str]:
    """National meta tags (国办发〔2017〕47号), names folded to lower case, the first non-empty value of each."""
    found: dict[str, str] = {}
    for meta in root.iter("meta"):
        name = (meta.get("name") or meta.get("property") or "").strip().lower()
        value = squeeze(meta.get("content") or "").replace("\n", " ")
        if name and value and name not in found:
            found[name] = value
    return found


def _titles(root: HtmlElement, tags: dict[str, str]) -> tuple[list[str], str]:
    """Candidates for the title, best first, and the one that the page prints as its heading."""
    declared = [tags.get("articletitle"), tags.get("title"), tags.get("og:title")]
    element = root.find(".//head/title")
    if element is None:
        element = root.find(".//title")
    whole = squeeze(str(element.text_content())).replace("\n", " ") if element is not None else ""
    headings = [
        text
        for node in (*root.iter("h1", "h2", "h3"), *filter(_named_as_title, root.iterdescendants()))
        if (text := _line(node)) and not is_certainly_hidden(node)
    ]
    squeezed = {re.sub(r"\s", "", text) for text in (*declared, whole) if text}
    # A heading that the title element repeats is the article's; others may be the site's, or of its foot.
    agreed = [
        text for text in headings if len(text) >= 6 and any(re.sub(r"\s", "", text) in other for other in squeezed)
    ]
    scripted = [match[2] for script in root.iter("script") for match in _SCRIPTED_TITLE.finditer(script.text or "")]
    candidates = [*declared, *agreed, *headings, whole, *map(_unescaped, scripted)]
    # Injectors write titles in entities, some of them twice over.
    lines = (squeeze(unescape(candidate)).replace("\n", " ") for candidate in candidates if candidate)
    titles = list(dict.fromkeys(line for line in lines if 4 <= len(line) <= 150))
    heading = next((text for text in agreed if re.search("报告|年报", text)), "")
    return titles, heading


def _named_as_title(node: HtmlElement) -> bool:
    name, identifier = node.get("class"), node.get("id")
    return bool(name and ("title" in name or "bt" in name)) or bool(identifier and "title" in identifier)


def without_site_name(titles: list[str]) -> list[str]:
    """Cleaned titles, and after them those that the site's name stands before or behind without it."""
    cut = [name.sub("", title) for title in titles for name in (_SITE_SUFFIX, _SITE_PREFIX)]
    return [title for title in dict.fromkeys([*titles, *cut]) if len(title) >= 4]


def _line(node: HtmlElement) -> str:
    """The text of an element on one line, or nothing where it is longer than a title."""
    parts: list[str] = []
    length = 0
    for part in node.itertext():
        length += len(part.strip())
        if length > 150:
            return ""
        parts.append(part)
    return squeeze("".join(parts)).replace("\n", " ")


def _unescaped(text: str) -> str:
    return re.sub(r"\\u([0-9a-fA-F]{4})", lambda match: chr(int(match[1], 16)), text)


def _text(root: HtmlElement) -> str:
    """The page's text as far as labels of date and source are looked for."""
    unseen = {script.text for script in root.iter("script", "style")}
    parts = cast(list[str], _TEXT_NODES(root))
    return " ".join([part for part in parts if part not in unseen and part.strip()])[:_PAGE_CHARACTERS]
