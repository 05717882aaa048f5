"""What a page's scripts ask of services: addresses and forms of $.ajax, $.get, fetch, axios and XMLHttpRequest."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from spiders.calls import PAGE_NAME, PAGE_NAMES, Scripts, closing, parts_of

MOST = 4
_LONGEST_ADDRESS = 1000
_JQUERY = r"(?:\$|jQuery)\.(?P<jquery>get|post|getJSON|ajax)\s*\("
_OTHERS = (
    r"axios(?:\.(?P<axios>get|post|request))?\s*\(|\b(?P<fetch>fetch)\s*\(|(?P<load>\.load)\s*\(\s*(?=['\"`])"
    r"|\.open\s*\(\s*['\"](?P<open>GET|POST)['\"]\s*,|\b(?:https?|request|ajax|api|uni)\.(?P<client>get|post|ajax|request)\s*\("
)
_ASKS = re.compile(f"{_JQUERY}|{_OTHERS}", re.IGNORECASE)
# '…?page=' + n: whatever function the address is given to.
_NUMBERED = re.compile(rf"""['"`]([^'"`\s<>$]{{1,300}}[?&](?:{PAGE_NAMES})=)(?:['"`]\s*\+|\$\{{)""", re.IGNORECASE)
_JSON_BODY = re.compile(r"JSON\.stringify|application/json", re.IGNORECASE)
# What every page of a site asks for, whatever it shows.
_OF_NO_USE = re.compile(
    r"count|hits?\b|click|visit|pv\b|login|logout|user|weather|tianqi|tongji|stat(?:s|istic)|captcha|verif|code\.|share|"
    r"wx|weixin|like|vote|comment|token|session|message|notice\.|banner|slide|hotword|keyword|suggest|/qr",
    re.IGNORECASE,
)
_LIKELY = re.compile(
    r"list|data|query|page|article|info|news|search|doc|json|xml|channel|col|cat|xxgk|zfxx|nb\b|open|node|tree|content",
    re.IGNORECASE,
)
_SHARED = re.compile(r"^\.{0,3}([A-Za-z_$][\w$]*)$")
_MEMBER = re.compile(r"""^['"]?([\w$.\[\]-]+)['"]?\s*:\s*(.+)$""", re.DOTALL)
_QUERY = re.compile(r"^[\w\[\]%.-]+=")


@dataclass(frozen=True, slots=True)
class Ask:
    """One request that a script makes: `body` is a form, or JSON."""

    url: str
    method: str = "GET"
    body: str | None = None
    paged: bool = False
    """Whether it holds the number of a page."""

    @property
    def media_type(self) -> str:
        return "application/json" if (self.body or "").startswith("{") else "application/x-www-form-urlencoded"


def asks(scripts: Scripts, page: int = 1, words: Mapping[str, str] | None = None) -> list[Ask]:
    """What the scripts ask for page number `page` of a list, the likeliest to be a list first.

    `words` are values for names that the scripts leave open, such as what is searched for.
    """
    found = {(it.url, it.body): it for it in _found(scripts, page, words or {}) if not _OF_NO_USE.search(_path(it.url))}
    likely = sorted(found.values(), key=lambda it: (not it.paged, not _LIKELY.search(it.url)))
    return likely[:MOST]


def _path(url: str) -> str:
    return urlsplit(url).path


def _found(scripts: Scripts, page: int, words: Mapping[str, str]) -> Iterator[Ask]:
    for match in _ASKS.finditer(scripts.text):
        opened = scripts.text.rfind("(", match.start(), match.end())
        closed = closing(scripts.text, opened)
        if closed < 0:
            continue
        arguments = parts_of(scripts.text[opened + 1 : closed], ",")
        kind, said = next(((name, it.lower()) for name, it in match.groupdict().items() if it), ("axios", ""))
        ask = _Reader(scripts, page, words).ask(kind, said, arguments)
        if ask is not None and len(ask.url) <= _LONGEST_ADDRESS:
            yield ask
    for match in _NUMBERED.finditer(scripts.text):
        yield Ask(f"{match[1]}{page}", paged=True)


class _Reader:
    """Reads one request; `paged` once a number of a page has been put in."""

    def __init__(self, scripts: Scripts, page: int, words: Mapping[str, str]) -> None:
        self._scripts, self._page, self._words = scripts, page, words

    def ask(self, kind: str, said: str, arguments: list[str]) -> Ask | None:
        """What a call asks for: `kind` is the library's, `said` what it says of the method."""
        further = arguments[1] if len(arguments) > 1 else ""
        if kind == "open":
            return self._made(said, further, "", "")
        options = self._members(arguments[0])
        if not options and (said in ("ajax", "fetch", "request") or (kind == "axios" and not said)):
            options = {**self._members(further), "url": arguments[0]}
        if options:
            method = self._text(options, "type") or self._text(options, "method") or said
            data = next((options[name] for name in ("data", "params", "body") if name in options), "")
            return self._made(method, options.get("url", ""), data, " ".join(options.values()))
        if kind == "axios" and said == "get":
            further = self._members(further).get("params", further)
        # axios sends what it posts as JSON.
        as_json = "application/json" if kind == "axios" and not further.startswith(("'", '"', "`")) else further
        return self._made(said, arguments[0], further, as_json)

    def _made(self, method: str, address: str, data: str, said: str) -> Ask | None:
        url = self._scripts.value(address, self._words, self._page) if address else None
        if not url or not re.search(r"[/.?]", url) or re.match(r"^(?:data|blob|javascript):", url):
            return None
        values, text = self._data(data) if data else ({}, None)
        plain = {name: value for name, value in values.items() if not isinstance(value, dict)}
        paged = url != self._scripts.value(address, self._words, self._page + 1) or any(map(PAGE_NAME.match, values))
        if method.lower() == "post":
            as_json = bool(_JSON_BODY.search(said))
            body = text if text is not None else json.dumps(values) if as_json else urlencode(plain)
            return Ask(url, "POST", body, paged)
        query = text if text is not None else urlencode(plain)
        return Ask(f"{url}{'&' if '?' in url else '?'}{query}" if query else url, paged=paged)

    def _text(self, members: dict[str, str], name: str) -> str:
        return self._scripts.value(members[name]) or "" if name in members else ""

    def _data(self, expression: str) -> tuple[dict[str, Any], str | None]:
        """What is sent: names and values, or a text made by the script."""
        expression = re.sub(
            r"^(?:JSON\.stringify|\$\.param|Qs\.stringify|qs\.stringify)\s*\((.*)\)$", r"\1", expression
        )
        extended = re.match(r"^(?:\$\.extend|Object\.assign)\s*\((.*)\)$", expression, re.DOTALL)
        if extended:
            values: dict[str, Any] = {}
            for part in parts_of(extended[1], ","):
                values |= self._data(part)[0]
            return values, None
        members = self._members(expression)
        if members:
            return {name: self._value(name, value) for name, value in members.items()}, None
        text = self._scripts.value(expression, self._words, self._page)
        return {}, text if text and _QUERY.match(text) else None

    def _value(self, name: str, expression: str) -> Any:
        last = name.rsplit(".", 1)[-1]
        if PAGE_NAME.match(last):
            return self._page
        if last in self._words:
            return self._words[last]
        if inner := self._members(expression):
            return {key: self._value(key, value) for key, value in inner.items()}
        expression = expression.strip("[] ")
        value = self._scripts.value(expression, self._words, self._page)
        return int(expression) if expression.isdigit() else value or ""

    def _members(self, expression: str) -> dict[str, str]:
        """The members of an object literal, or of the variable that holds one."""
        expression = expression.strip()
        if held := _SHARED.match(expression):
            declared = re.search(rf"\b{re.escape(held[1])}\s*=\s*(?=\{{)", self._scripts.text)
            closed = closing(self._scripts.text, declared.end()) if declared else -1
            expression = self._scripts.text[declared.end() : closed + 1] if declared and closed > 0 else ""
        if not (expression.startswith("{") and expression.endswith("}")):
            return {}
        found: dict[str, str] = {}
        for part in parts_of(expression[1:-1], ","):
            if match := _MEMBER.match(part):
                found[match[1]] = match[2].strip()
            elif shared := _SHARED.match(part):
                # {page, size}; {...params}
                spread = part.startswith("...")
                found |= self._members(shared[1]) if spread else {shared[1]: shared[1]}
        return found
