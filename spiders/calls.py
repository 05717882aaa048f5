"""What a page's scripts do with addresses, as far as it can be told without running them.

Read are calls of functions that lead on (`go(2)`), and the addresses a script puts together of literals, parameters,
variables and fields of the page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from itertools import islice

_LONGEST_BODY = 4000
_MOST_CALLS = 3
_OPENING = {"(": ")", "[": "]", "{": "}"}
_QUOTES = "'\"`"
_NAME = r"[A-Za-z_$][\w$]*"
_CALL = re.compile(rf"^(?:javascript:|return\s)*\s*(?:(?:this|window|app|vm)\.)?({_NAME})\s*(?=\()")
_LITERAL = re.compile(
    rf"""\b({_NAME})\s*[=:]\s*(?:'([^'\\\n]{{0,300}})'|"([^"\\\n]{{0,300}})"|(\d{{1,24}}))\s*(?=[;,\n}}\r]|$)"""
)
_GOES = re.compile(r"(?:\blocation(?:\.href)?\s*=(?!=)|\blocation\.(?:replace|assign)\s*\(|\bwindow\.open\s*\()\s*")
_WRAPPED = re.compile(r"^(?:(?:en|de)codeURI(?:Component)?|(?:un)?escape|String|parseInt|Number)\s*\(")
_FIELD = re.compile(
    r"""^(?:\$|jQuery)\(\s*['"]#([\w-]+)['"]\s*\)\.val\(\)|^document\.getElementById\(\s*['"]([\w-]+)['"]\s*\)\.value"""
)
_ADDRESS = re.compile(
    r"^(?:https?:/)?/[^\s'\"<>]+$|^[\w./-]+\.(?:s?html?|jsp|aspx?|do|php|pdf|docx?)(?:\?[^\s'\"<>]*)?$", re.I
)
_EMBEDDED = re.compile(r"\$\{([^{}]{1,80})\}")
_PARAMETER = re.compile(r"[?&]([\w\[\]-]+)=$")
_MEANINGLESS = re.compile(r"^(?:_|t|r|v|ts|time|rnd|rand|random|timestamp|date|callback|jsoncallback)$", re.IGNORECASE)
PAGE_NAMES = (
    "p|page|pages|pageno|pagenum|pageindex|pagenumber|currentpage|currpage|curpage|cur_page|current|currentpageno|pn|"
    "nowpage|page_no|page_num|pageid|toPage"
)
PAGE_NAME = re.compile(rf"^(?:{PAGE_NAMES})$", re.IGNORECASE)
"""What sites call the number of a page."""


def closing(text: str, start: int) -> int:
    """Where the bracket opened at `start` closes; -1 where it does not within _LONGEST_BODY characters."""
    stack: list[str] = []
    quote = ""
    at = start
    end = min(len(text), start + _LONGEST_BODY)
    while at < end:
        character = text[at]
        if quote:
            at += character == "\\"
            quote = "" if character == quote else quote
        elif character in _QUOTES:
            quote = character
        elif character in _OPENING:
            stack.append(_OPENING[character])
        elif stack and character == stack[-1]:
            stack.pop()
            if not stack:
                return at
        at += 1
    return -1


def parts_of(text: str, separator: str) -> list[str]:
    """A text's parts between the separators that stand in no quotes and brackets."""
    parts, depth, quote, begin, at = [], 0, "", 0, 0
    while at < len(text):
        character = text[at]
        if quote:
            at += character == "\\"
            quote = "" if character == quote else quote
        elif character in _QUOTES:
            quote = character
        elif character in _OPENING:
            depth += 1
        elif character in ")]}":
            depth -= 1
        elif character == separator and depth == 0:
            parts.append(text[begin:at].strip())
            begin = at + 1
        at += 1
    return [*parts, text[begin:].strip()]


class Scripts:
    """The scripts of a page with what they know: their variables, functions, and the page's fields by their ids.

    `variables` are those of the page that a script file was loaded by.
    """

    def __init__(self, text: str, fields: Mapping[str, str], variables: Mapping[str, str] | None = None) -> None:
        self.text = text
        self._fields = fields
        self._given = variables or {}

    @cached_property
    def variables(self) -> dict[str, str]:
        """Names that stand for a text or a number; of a name given twice, the first that is not empty."""
        found = dict(self._given)
        for name, single, double, number in _LITERAL.findall(self.text):
            if value := single or double or number:
                found.setdefault(name, value)
        return found

    def value(self, expression: str, given: Mapping[str, str] | None = None, page: int | None = None) -> str | None:
        """What an expression of strings joined by + comes to; None where a part of it is not known.

        `given` are the parameters of the function it stands in; `page` stands for whatever is named as a page's number.
        """
        found = ""
        for term in parts_of(expression.strip().rstrip(";"), "+"):
            value = self._term(term, given or {}, page)
            if value is None:
                parameter = _PARAMETER.search(found)
                if parameter and page is not None and PAGE_NAME.match(parameter[1]):
                    value = str(page)
                elif parameter and _MEANINGLESS.match(parameter[1]):
                    value = "1"
                else:
                    return None
            found += value
        return found

    def _term(self, term: str, given: Mapping[str, str], page: int | None) -> str | None:
        if len(term) >= 2 and term[0] in _QUOTES and term[-1] == term[0]:
            return self._filled(term[1:-1], given, page) if term[0] == "`" else term[1:-1]
        if term.isdigit():
            return term
        if field := _FIELD.match(term):
            return self._fields.get(field[1] or field[2])
        if wrapped := _WRAPPED.match(term):
            return self.value(parts_of(term[wrapped.end() :].rstrip(") "), ",")[0], given, page)
        if term.startswith("(") and term.endswith(")"):
            terms = [self._term(it, given, page) for it in parts_of(term[1:-1], "+")]
            numbers = [int(it) for it in terms if it is not None and it.isdigit()]
            return str(sum(numbers)) if len(numbers) == len(terms) else self.value(term[1:-1], given, page)
        name = term.rsplit(".", 1)[-1]
        if term in given:
            return given[term]
        if page is not None and PAGE_NAME.match(name):
            return str(page)
        return self.variables.get(name)

    def _filled(self, template: str, given: Mapping[str, str], page: int | None) -> str | None:
        """A template literal with what stands in its braces."""
        found, position = "", 0
        for match in _EMBEDDED.finditer(template):
            found += template[position : match.start()]
            value = self.value(f"'{found}'+{match[1]}", given, page)
            if value is None:
                return None
            found, position = value, match.end()
        return found + template[position:]

    def leads_to(self, handler: str) -> str | None:
        """The address that a handler (`go(2)`, `location.href='a.html'`) leads to; None where that is not known."""
        if address := self._goes(handler, {}):
            return address
        called = _CALL.match(handler)
        if called is None:
            return None
        opened = called.end()
        closed = closing(handler, opened)
        written = parts_of(handler[opened + 1 : closed], ",") if closed > 0 else []
        values = [self.value(it) for it in written]
        for names, body in islice(self._functions(called[1]), _MOST_CALLS):
            given = {name: value for name, value in zip(names, values, strict=False) if value is not None}
            if address := self._goes(body, given):
                return address
        # A function of a script file: what it is given may be an address as it stands.
        return next((it for it in values if it and _ADDRESS.match(it)), None)

    def _goes(self, body: str, given: Mapping[str, str]) -> str | None:
        for match in _GOES.finditer(body):
            expression = parts_of(re.split(r"[;\n]|$", body[match.end() :], maxsplit=1)[0], ",")[0]
            # The bracket of window.open(…) closes behind it.
            if match[0].rstrip().endswith("(") and expression.count(")") > expression.count("("):
                expression = expression[: expression.rindex(")")]
            expression = expression.rstrip("}) ") if "(" not in expression else expression
            # var url = 'a.html?id=' + id; window.open(url);
            held = re.search(rf"\b{re.escape(expression)}\s*=\s*([^;\n]+)", body) if expression.isidentifier() else None
            address = self.value(held[1] if held and held.start() < match.start() else expression, given)
            if address:
                return address
        return None

    def _functions(self, name: str) -> list[tuple[list[str], str]]:
        """The functions of that name: the names of their parameters, and their bodies."""
        found = []
        declared = re.compile(
            rf"function\s+{re.escape(name)}\s*\(([^()]*)\)\s*\{{"
            rf"|\b{re.escape(name)}\s*[=:]\s*(?:function\s*)?\(([^()]*)\)\s*(?:=>\s*)?\{{"
        )
        for match in declared.finditer(self.text):
            closed = closing(self.text, match.end() - 1)
            if closed > 0:
                names = [it.strip() for it in (match[1] or match[2] or "").split(",")]
                found.append((names, self.text[match.end() : closed]))
        return found
