"""Hanweb jcms (大汉), the older kind: rows as records in a script, further ones from dataproxy.jsp."""

from __future__ import annotations

import html
import re
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from crawler.page import Page
from spiders.families.base import Row, goes_on, list_page, unique
from spiders.families.generic import Generic
from spiders.markup import Markup
from spiders.soup import between, parsed

_HREF = re.compile(r"""href\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_TOTAL = re.compile(r"<totalrecord>\s*(\d+)|\btotalRecord['\"]?\s*[:=]\s*['\"]?(\d+)", re.IGNORECASE)
_PER_PAGE = re.compile(r"\bperPage['\"]?\s*[:=]\s*['\"]?(\d+)|[?&]perpage=(\d+)", re.IGNORECASE)
_PROXY = re.compile(r"['\"]([^'\"]*?/jpage/dataproxy\.jsp[^'\"]*)['\"]")
_CDATA = "<![CDATA["
_CLASSIC_PROXY = "/module/web/jpage/dataproxy.jsp"
_GROUP_PROXY = "/module/jpage/dataproxy.jsp"
_COLUMN = re.compile(r"/col/col(\d+)")
# What the column page's own script sends along, with what it sends when it says nothing else.
_PARAMETERS = {
    "col": "1", "appid": "1", "webid": "", "path": "/", "columnid": "", "sourceContentType": "1",
    "unitid": "", "webname": "", "permissiontype": "0",
}  # fmt: skip
# One call answers three pages of the list, on the site's own pages too.
_PAGES_A_CALL = 3
_DEFAULT_PER_PAGE = 15


class Hanweb(Generic):
    """Sites made with Hanweb jcms that still serve /col/ and /art/ pages."""

    name = "hanweb"

    def signs(self, markup: Markup) -> float:
        text, path = markup.text, urlsplit(markup.url).path
        evidence = 0.4 * bool(_COLUMN.search(path) or re.search(r"/art/\d{4}/\d{1,2}/\d{1,2}/art_\d+_\d+\.html", path))
        evidence += 0.3 * bool(re.search(r"/art/\d{4}/\d{1,2}/\d{1,2}/art_\d+_\d+\.html", text))
        evidence += 0.2 * bool(_COLUMN.search(text)) + 0.3 * ("dataproxy.jsp" in text)
        evidence += 0.3 * ("大汉网络" in text or "大汉版通" in text or "/jcms_files/" in text)
        evidence += 0.2 * ("/module/jslib/" in text) + 0.3 * ("<datastore>" in text)
        # ZJEG comments stay behind when a site moves to another vendor: no evidence.
        return min(evidence, 1.0)

    def rows(self, markup: Markup, page: Page) -> list[Row]:
        records = self._records(markup)
        if markup.text.lstrip().startswith(("<?xml", "<datastore", "<root")):
            return records
        return unique([*records, *super().rows(markup, page)])

    def _records(self, markup: Markup) -> list[Row]:
        found = []
        for record in between(markup.text, "<record>", "</record>"):
            part = parsed(_content(record))
            for link in markup.links_in(part):
                found.append(Row(link.url, link.text, markup.date_beside(link.tag, link.url), link.title, 0))
        return unique(found)

    def next_pages(self, markup: Markup, page: Page, rows: list[Row]) -> list[Page]:
        records = self._records(markup)
        known = page.memo.get("parameters") or self._parameters(markup)
        if not records:
            # Pages that leave even the first rows to the service.
            if not page.memo.get("list_page") and ".jpage(" in markup.scripts and known["columnid"] and known["unitid"]:
                return self._classic(markup, page, records, _DEFAULT_PER_PAGE * _PAGES_A_CALL, known)
            return super().next_pages(markup, page, rows)
        if not goes_on(page, records):
            # The first group may be what the column's page holds already.
            return self._group(markup, page, records) if page.memo.get("list_page") == 1 else []
        total = _TOTAL.search(markup.text)
        if total and known.get("columnid") and known.get("unitid"):
            return self._classic(markup, page, records, int(total[1] or total[2]), known)
        return self._group(markup, page, records)

    def _classic(
        self, markup: Markup, page: Page, records: list[Row], total: int, parameters: dict[str, str]
    ) -> list[Page]:
        """The next records by number: startrecord and endrecord count from 1 and are both included."""
        proxy = page.memo.get("proxy") or self._proxy(markup)
        count = markup.text.count("<record>")
        end = int(page.memo.get("end_record", 0)) + count
        if end >= total:
            return []
        per_page = _PER_PAGE.search(markup.text) or _PER_PAGE.search(page.url)
        size = int(page.memo.get("per_page") or (per_page and (per_page[1] or per_page[2])) or _DEFAULT_PER_PAGE)
        last = min(end + size * _PAGES_A_CALL, total)
        url = f"{proxy}?{urlencode({'startrecord': end + 1, 'endrecord': last, 'perpage': size})}"
        referer = page.memo.get("referer") or markup.url
        asked = list_page(page, url, records, method="POST", body=urlencode(parameters), headers=_headers(referer))
        asked.memo.update(
            {
                "parameters": parameters,
                "proxy": proxy,
                "end_record": end,
                "per_page": size,
                "referer": referer,
            }
        )
        return [asked]

    def _group(self, markup: Markup, page: Page, records: list[Row]) -> list[Page]:
        """The link to the next group, followed as given: some sites encrypt what stands in it."""
        group = between(markup.text, "<nextgroup>", "</nextgroup>")
        match = _HREF.search(_content(group[0])) if group else None
        if not match:
            return []
        base = markup.url if "dataproxy.jsp" in markup.url else urljoin(markup.url, _GROUP_PROXY)
        address = urljoin(base, html.unescape(match[1] or match[2] or ""))
        parts = urlsplit(address)
        # Chinese in the address comes unencoded.
        url = parts._replace(query=urlencode(parse_qsl(parts.query, keep_blank_values=True))).geturl()
        referer = page.memo.get("referer") or markup.url
        asked = list_page(page, url, records, headers=_headers(referer))
        asked.memo["referer"] = referer
        return [asked] if url != markup.url else []

    def _proxy(self, markup: Markup) -> str:
        match = _PROXY.search(markup.scripts)
        address: str = match[1].split("?")[0] if match else _CLASSIC_PROXY
        return urljoin(markup.url, address)

    def _parameters(self, markup: Markup) -> dict[str, str]:
        scripts = markup.scripts
        found = dict(_PARAMETERS)
        for match in _PROXY.finditer(scripts):
            found.update((key, value) for key, value in parse_qsl(urlsplit(match[1]).query) if key in found)
        for name in found:
            value = re.search(rf"['\"]?\b{name}['\"]?\s*[:=]\s*(?:['\"]([^'\"]*)['\"]|([\w-]+))", scripts)
            if value:
                found[name] = value[1] if value[1] is not None else value[2]
        if not found["columnid"] and (column := _COLUMN.search(markup.url)):
            found["columnid"] = column[1]
        if not found["unitid"] and (unit := re.search(r"\$\(['\"]#(\w+)['\"]\)\.jpage", scripts)):
            found["unitid"] = unit[1]
        return found


def _content(text: str) -> str:
    """What stands in a CDATA section, or the text with its entities resolved where there is none."""
    text = text.strip()
    return text[len(_CDATA) :].removesuffix("]]>") if text.startswith(_CDATA) else html.unescape(text)


def _headers(referer: str) -> dict[str, str]:
    """Without X-Requested-With and Referer the service answers 403."""
    return {
        "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
        "X-Requested-With": "XMLHttpRequest",
        "Referer": referer,
    }
