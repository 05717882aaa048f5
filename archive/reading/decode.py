"""Bytes to text: header, meta, byte order mark and bytes may disagree, and the bytes have the last word."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from charset_normalizer import from_bytes
from w3lib.encoding import http_content_type_encoding

# WHATWG Encoding Standard, section 4.2: these labels mean gb18030, whose repertoire contains theirs.
_SUPERSETS = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "x-gbk": "gb18030",
    "big5": "big5hkscs",
}
# Servers state these without looking; they fit any bytes, and so say nothing of a page in Chinese.
_WESTERN = frozenset({"ascii", "iso8859-1", "iso8859-15", "cp1252"})
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_META = re.compile(rb"""<(?:meta|\?xml)[^>]{0,300}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]{2,20})""", re.IGNORECASE)
_META_WINDOW = 16_384
# Characters that every Chinese page is full of; a wrong decoding yields rare ones instead.
_COMMON = "".join(
    dict.fromkeys("的一是不在和有公开政府信息人民办理年度报告工作区县街道数量本为以中国务院规定网站件申请上下大会")
)
_ASCII = bytes(range(128))
_ODD = re.compile("[\x80-\x9f\ue000-\uf8ff]")
_HAN = re.compile("[\u3400-\u9fff]+")
_WIDE_SAMPLE = 65_536
_MOSTLY = 0.98
# What a page in Chinese is written with: ASCII, punctuation, Chinese characters, full-width forms.
_WIDE_TEXT = re.compile("[\t\n\r\x20-\x7e\xa0-\xff\u2010-\u206f\u2460-\u27bf\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
# So many of a page's Chinese characters tell as a rule; where they do not, all of them are looked at.
_SAMPLED = 2_000


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, the encoding it was decoded with, and whether some of the bytes do not fit it."""

    text: str
    charset: str
    suspect: bool


def _lookup(label: str | None) -> str | None:
    if not label:
        return None
    try:
        name = codecs.lookup(_SUPERSETS.get(label.strip().lower(), label.strip())).name
    except (LookupError, ValueError):
        return None
    return _SUPERSETS.get(name, name)


def _try(body: bytes, charset: str) -> tuple[str, float]:
    """Decode, and say how much does not read as Chinese or ASCII text: 0 is perfect, 1 is noise."""
    text = body.decode(charset, errors="replace")
    sample = text[:200_000]
    # Most of a page is markup: what is not ASCII is set apart as bytes, much faster than character by character.
    whole = charset == "utf-8" and len(sample) == len(text) and "\ufffd" not in text
    encoded = body if whole else sample.encode("utf-8", "surrogatepass")
    rest = encoded.translate(None, _ASCII).decode("utf-8", "surrogatepass")
    # C1 controls and private use characters come out of wrong decodings; surrogates cannot be stored.
    odd = 0 if rest.replace("\u3000", "").replace("\xa0", "").isprintable() else len(_ODD.findall(rest))
    noise = (sample.count("\ufffd") * 4 + odd) / max(len(sample), 1)
    # The first of them lie near the beginning as a rule.
    han = "".join(_HAN.findall(rest[: 2 * _SAMPLED]))
    if len(han) < _SAMPLED or not _is_usual(han[:_SAMPLED]):
        han = "".join(_HAN.findall(rest))
        if len(han) >= 50 and not _is_usual(han[:_SAMPLED]) and not _is_usual(han):
            noise += 0.5
    return text, noise


def _is_usual(han: str) -> bool:
    """Whether Chinese characters are such as a Chinese page has: one in twenty is among the most common."""
    return sum(map(han.count, _COMMON)) >= 0.05 * len(han)


def wide_charset(body: bytes) -> str | None:
    """UTF-16 by its bytes alone, little or big end first: all of it is text only when read so; None where it is not.

    Programs that save "Unicode" leave the byte order mark out at times, and what joins files loses it.
    """
    sample = body[:_WIDE_SAMPLE]
    if b"\x00" not in sample or len(body) < 4:
        return None
    for charset in ("utf-16-le", "utf-16-be"):
        text = sample[: len(sample) // 2 * 2].decode(charset, errors="replace")
        han = "".join(_HAN.findall(text))
        if len(_WIDE_TEXT.findall(text)) >= len(text) * _MOSTLY and (len(han) < 50 or _is_usual(han)):
            return charset
    return None


def decode(body: bytes, content_type: str | None = None) -> Decoded:
    """Decode a body; candidates in the order byte order mark, UTF-16 as its bytes say, UTF-8, header, meta, GB18030.

    What none of them fits is left to detection.

    UTF-8 goes before the labels because bytes that are valid UTF-8 beyond ASCII are never anything else.
    """
    for mark, charset in _BYTE_ORDER_MARKS:
        if body.startswith(mark):
            text, noise = _try(body[len(mark) :], charset)
            return Decoded(text.replace("\x00", ""), charset, noise > 0.02)
    if wide := wide_charset(body):
        text, noise = _try(body, wide)
        return Decoded(text.replace("\x00", ""), wide, noise > 0.02)
    header = _lookup(http_content_type_encoding(content_type) if content_type else None)
    declared = _META.search(body[:_META_WINDOW])
    meta = _lookup(declared.group(1).decode("ascii", "replace") if declared else None)
    labels = [label for label in (header, meta) if label and label not in _WESTERN]
    if body.isascii():
        # A UTF-16 or UTF-7 label on plain ASCII bytes is a lie that would make noise of the markup.
        return Decoded(
            body.decode("ascii").replace("\x00", ""),
            "utf-8" if "utf-8" in labels or not labels else labels[0],
            False,
        )
    trials: list[tuple[float, str, str]] = []
    for charset in dict.fromkeys(["utf-8", *labels, "gb18030"]):
        text, noise = _try(body, charset)
        if noise < 0.002:
            return Decoded(text.replace("\x00", ""), charset, False)
        trials.append((noise, charset, text))
    detected = from_bytes(body[:50_000]).best()
    if detected and (guess := _lookup(detected.encoding)):
        text, noise = _try(body, guess)
        trials.append((noise, guess, text))
    noise, charset, text = min(trials, key=lambda trial: trial[0])
    return Decoded(text.replace("\x00", ""), charset, noise > 0.02)
