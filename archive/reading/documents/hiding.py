"""Markup that a page's visitor does not see: every way of hiding that injected links are known to use.

Hidden alone is no verdict: official pages hide tabs, share boxes and texts for screen readers the same ways.
"""

from __future__ import annotations

import re
from functools import lru_cache

from lxml.html import HtmlElement

# Styles worth a closer look; most of the thousands on a page pasted from Word are not.
_TELLING = re.compile(
    r"none|hidden|scale\(0|collapse|opacity|font-size\s*:\s*[01.]|-\s*\d{2}|clip|z-index\s*:\s*-"
    r"|(?<![-\w])color\s*:\s*(?:#[c-f]|white|transparent|rgba|rgb\(\s*2[0-9]{2})|background(?:-color)?\s*:\s*[#rw]",
    re.IGNORECASE,
)
_ZERO = re.compile(r"^[+-]?0*\.?0*(?:px|pt|em|rem|%|ex|in|cm|mm|vw|vh)?$")
_TINY = re.compile(r"^[01](?:\.0*)?(?:px|pt)?$")
_FAR = re.compile(r"-(?:\d{4,}|[3-9]\d\d)(?:\.\d+)?(?:px|pt)?\b|-\d{2,}(?:\.\d+)?r?em\b|-\d{3,}(?:%|v[wh])")
_CLIP = re.compile(r"rect\(\s*(?:[01](?:px)?[\s,]+){3}[01](?:px)?\s*\)|inset\(\s*(?:100|50)%")
_TRANSPARENT = re.compile(r"^(?:transparent|rgba\([^)]*,\s*0(?:\.0+)?\s*\)|#[0-9a-f]{6}00)$")
_WHITE = frozenset({"#fff", "#ffffff", "white", "rgb(255,255,255)", "#fefefe", "#fdfdfd"})
# What these say holds whatever the page's style sheets say; the other ways a style sheet may undo, or an animation.
CERTAIN = frozenset({"hidden_attribute", "display_none", "visibility_hidden", "font_size_zero", "no_size", "marquee"})

_SHEET_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_NAME = re.compile(r"[.#][\w-]+")
# Tags around a sheet that a script writes, remarks, and rules for paper and narrow screens.
_NOT_SHEET = re.compile(r"<[^>]*>|/\*.*?\*/|@[^{};]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", re.DOTALL)
_SIMPLE = re.compile(r"^(?:[a-z]\w*)?([.#])([\w-]+)$", re.IGNORECASE)
_WRITTEN = re.compile(r"document\.write(?:ln)?\s*\(\s*([\"'])(.{0,4000}?)(?<!\\)\1\s*\)", re.DOTALL)
_BY_SCRIPT = re.compile(
    r"getElementById\(\s*[\"']([\w-]+)[\"']\s*\)\.style\.(?:display\s*=\s*[\"']none|visibility\s*=\s*[\"']hidden)"
)
_FUNCTION = re.compile(r"\bfunction\b|=>|\$\(")
_OPENED = re.compile(r"<(\w+)[^>]*style\s*=\s*\\?[\"']?([^\"'>]*)[^>]*>\s*$", re.IGNORECASE)


@lru_cache(maxsize=4096)
def declarations(style: str) -> dict[str, str]:
    """The properties of a style attribute, lower case, `!important` left out."""
    found: dict[str, str] = {}
    for part in style.lower().split(";"):
        name, colon, value = part.partition(":")
        if colon:
            found[name.strip()] = value.replace("!important", "").strip()
    return found


def way_of_hiding(element: HtmlElement) -> str | None:
    """How an element is hidden by its own attributes, or None; the names are those of the ledger's rules."""
    if certainly := is_certainly_hidden(element):
        return certainly
    if by_sheet := element.get("data-concealed"):
        return str(by_sheet)
    style = element.get("style")
    way, colour = _by_style(style) if style else (None, None)
    if way in CERTAIN:  # font-size 0 around parts that have a size of their own
        way = None
    if element.tag == "font" and (printed := element.get("color")):
        colour = printed.lower()
    return way or (_colour_on_colour(element, colour) if colour else None)


def is_certainly_hidden(element: HtmlElement) -> str | None:
    """How an element is hidden for certain, whatever the page's style sheets say; None where it is not."""
    if element.get("hidden") is not None:
        return "hidden_attribute"
    if element.tag == "marquee" and any(
        re.fullmatch(r"\s*\d(?:px)?\s*", element.get(side) or "") for side in ("width", "height")
    ):
        return "marquee"
    style = element.get("style")
    if not style:
        return None
    way, _ = _by_style(style)
    if way not in CERTAIN or (way == "font_size_zero" and _sized_within(element)):
        return None
    return way


def hides_for_certain(style: str) -> bool:
    """Whether a style attribute hides its element for certain, unless parts of it set a size of their own."""
    return _by_style(style)[0] in CERTAIN


def may_hide(style: str) -> bool:
    """Whether a style attribute hides its element, or sets a colour that may."""
    return _by_style(style) != (None, None)


@lru_cache(maxsize=8192)
def _by_style(text: str) -> tuple[str | None, str | None]:
    """The first way of hiding that a style attribute takes, certain ones first, and its colour where that may hide."""
    if not _TELLING.search(text):
        return None, None
    style = declarations(text)
    get = style.get
    clipped = get("overflow", get("overflow-y", "")).startswith("hidden")
    offsets = " ".join(get(name, "") for name in ("left", "top", "right", "bottom"))
    margins = " ".join(get(name, "") for name in ("margin", "margin-left", "margin-top"))
    sides = (get(name) for name in ("width", "height", "max-height", "max-width"))
    size, opacity, position = get("font-size"), get("opacity"), get("position")
    way = None
    if get("display") == "none":
        way = "display_none"
    elif get("visibility") in ("hidden", "collapse"):
        way = "visibility_hidden"
    elif size and (_ZERO.match(size) or size == "1px"):
        way = "font_size_zero"
    elif clipped and any(_TINY.match(side) or _ZERO.match(side) for side in sides if side):
        way = "no_size"
    elif (opacity and re.match(r"0?(?:\.0\d*)?$", opacity)) or "opacity=0)" in get("filter", ""):
        way = "transparent"
    elif (position in ("absolute", "fixed", "relative") and _FAR.search(offsets)) or any(
        _FAR.search(value) or "scale(0" in value for value in (margins, get("text-indent", ""), get("transform", ""))
    ):
        way = "off_screen"
    elif _CLIP.search(get("clip", "")) or _CLIP.search(get("clip-path", "")):
        way = "clipped"
    elif position and get("z-index", "").startswith("-"):
        way = "behind"
    colour = get("color", "").replace(" ", "")
    own = (get("background-color") or get("background") or "").replace(" ", "")
    if colour and (_TRANSPARENT.match(colour) or own == colour):
        return way or "colour_on_colour", None
    return way, colour if colour in _WHITE else None


def _sized_within(element: HtmlElement) -> bool:
    """Whether parts of an element set a size of their own: font-size 0 around them only closes gaps."""
    return any("font-size" in (node.get("style") or "") for node in element.iterdescendants())


def _colour_on_colour(element: HtmlElement, colour: str) -> str | None:
    background = _background(element)
    if background == colour or (colour in _WHITE and (background is None or background in _WHITE)):
        return "colour_on_colour"
    return None


def _background(element: HtmlElement) -> str | None:
    """The background colour that the element or the nearest element around it sets in its own attributes."""
    for node in (element, *element.iterancestors()):
        style = declarations(node.get("style") or "")
        value = style.get("background-color") or style.get("background") or node.get("bgcolor")
        if value:
            return value.strip().lower().replace(" ", "")
    return None


def mark_hidden(root: HtmlElement) -> None:
    """Set `hidden` on elements that the page's own style sheets or scripts hide without being asked to.

    What a sheet hides in a way that official pages use for looks (transparent until drawn in, no size for a list's
    gaps) is marked as `data-concealed` only: it is shown unless it is advertising.
    """
    sheets = [sheet.text or "" for sheet in root.iter("style")]
    names: set[str] = set()
    doubtful: dict[str, str] = {}
    for script in list(root.iter("script")):
        text = script.text or ""
        if "document.write" in text:
            written = "".join(match[2].replace("\\", "") for match in _WRITTEN.finditer(text))
            sheets.append(written)
            _hide_until_closed(script, written)
        if "getElementById" in text and not _FUNCTION.search(text):
            names |= {f"#{name}" for name in _BY_SCRIPT.findall(text)}
    shown: list[set[str]] = []
    for sheet in sheets:
        _read_sheet(sheet, names, doubtful, shown)
    if not names and not doubtful:
        return
    for node in root.iter():
        own = {f".{name}" for name in (node.get("class") or "").split()}
        if identifier := node.get("id"):
            own.add(f"#{identifier}")
        # Tabs are hidden by one rule (.tab) and the open one is shown by another (.tab.on).
        if own & names and not any(selector <= own for selector in shown):
            node.set("hidden", "")
        elif way := next((doubtful[name] for name in own if name in doubtful), None):
            node.set("data-concealed", f"{way}_by_sheet")


def _read_sheet(sheet: str, hidden: set[str], doubtful: dict[str, str], shown: list[set[str]]) -> None:
    """Add the names that a style sheet hides by rules of one name, surely or perhaps, and the compounds it shows."""
    if "{" not in sheet:
        return
    for selectors, body in _SHEET_RULE.findall(_NOT_SHEET.sub("", sheet)):
        style = declarations(body)
        display = style.get("display")
        offsets = " ".join(style.get(name, "") for name in ("left", "top"))
        far = style.get("position") in ("absolute", "fixed") and _FAR.search(offsets)
        way, _ = _by_style(body)
        for selector in selectors.split(","):
            compound = selector.split()[-1] if selector.split() else ""
            if display == "none" or style.get("visibility") == "hidden" or far:
                if match := _SIMPLE.match(selector.strip()):
                    hidden.add(match[1] + match[2])
            elif way and (match := _SIMPLE.match(selector.strip())):
                doubtful[match[1] + match[2]] = way
            elif (display or style.get("visibility") == "visible") and (parts := set(_NAME.findall(compound))):
                shown.append(parts)


def _hide_until_closed(script: HtmlElement, written: str) -> None:
    """Mark what stands between a script that writes a hidden element's opening and the one that closes it."""
    opened = _OPENED.search(written.strip())
    if opened is None:
        return
    probe = script.makeelement(opened[1].lower(), {"style": opened[2]})
    if way_of_hiding(probe) is None:
        return
    closing = f"</{opened[1].lower()}"
    for sibling in script.itersiblings():
        if sibling.tag == "script" and closing in (sibling.text or "").lower():
            return
        if isinstance(sibling.tag, str) and sibling.tag != "script":
            sibling.set("hidden", "")
