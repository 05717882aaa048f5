"""Whose host a page came from, and whether the page is a copy of a government's on a foreign host."""

from __future__ import annotations

import ipaddress
import re
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

OWN, GOVERNMENT, OTHER, CLONE = "own", "government", "other", "clone"

_SITE_CODE = re.compile(
    r"网站标识码\s*[:：]?\s*([a-z]{0,2}\d{8,10})|<meta[^>]*name=[\"']?SiteIDCode[\"']?[^>]*content=[\"']?([a-z]{0,2}\d{8,10})",
    re.IGNORECASE,
)
_SITE_DOMAIN = re.compile(
    r"<meta[^>]*name=[\"']?SiteDomain[\"']?[^>]*content=[\"']?(?:https?://)?([\w.-]+\.gov\.cn)", re.IGNORECASE
)
_ICP = re.compile(r"[\u4e00-\u9fff]\s?ICP备\s?\d{5,10}号(?:-\d+)?", re.IGNORECASE)
_POLICE = re.compile(r"公网安备\s*\d{10,16}\s*号?")
_MAIL = re.compile(r"[\w.+-]+@[\w.-]*gov\.cn", re.IGNORECASE)
_GOVERNMENT_LINK = re.compile(r"https?://((?:[\w-]+\.)+gov\.cn)", re.IGNORECASE)
_BADGE = re.compile(r"bszs\.conac\.cn|dcs\.conac\.cn", re.IGNORECASE)
# National platforms that anyone may link to.
_NATIONAL = re.compile(
    r"^(?:www\.)?gov\.cn$|(?:^|\.)(?:beian|miit|mps|12321|cac|court|stats|npc|moj)\.gov\.cn$", re.IGNORECASE
)
# First labels of agencies' own sub-domains: wsjkw.example.com was wsjkw.….gov.cn.
_GRAFTED = re.compile(
    r"^(?:wsjkw|wjw|fgw|fzgg|mzj|czj|jyj|rsj|tjj|sjj|sfj|gaj|zjj|jtj|nyj|slj|swj|scjgj|yjj|whlyj|zrzyj|zwgk|xxgk|zfxxgk|zwfw|gxq|zfb)\."
)
_PATH = re.compile(
    r"/(?:art/(?:\d{4}/\d{1,2}/\d{1,2}/)?art_|col/col\d+|content/post_\d+|t20\d{6}_\d+\.s?html?|info/\d+/\d+\.htm|"
    r"site/c\d+/\d{6}/|(?:zwgk|xxgk|zfxxgk|zfxxgknb|xxgknb|gkmlpt|openness)(?:/|$))",
    re.IGNORECASE,
)


@cache
def _government_hosts() -> tuple[str, ...]:
    lines = Path(__file__).with_name("government_hosts.txt").read_text(encoding="utf-8").splitlines()
    return tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def host_of(url: str | None) -> str:
    """The host of a URL in lower case, empty where it has none."""
    try:
        return (urlsplit(url or "").hostname or "").rstrip(".")
    except ValueError:
        return ""


def is_government(host: str) -> bool:
    """Whether a host is in the reviewed list, or below a name in it."""
    return any(host == name or host.endswith(f".{name}") for name in _government_hosts())


def host_state(url: str | None, site: str | None) -> str | None:
    """Whose host served a page: `own` (the registry's for that agency), `government` or `other`.

    `site` is the registry URL that the page was reached from. None where the page has no address, or one that only
    this machine or its network can reach.
    """
    host, registered = host_of(url), host_of(site)
    if host and _bare(host) == _bare(registered):
        return OWN
    if not host or _is_local(host):
        return None
    return GOVERNMENT if is_government(host) else OTHER


def _bare(host: str) -> str:
    return host.removeprefix("www.")


def _is_local(host: str) -> bool:
    if "." not in host and ":" not in host:
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_private or address.is_loopback


def clone_evidence(markup: str, url: str | None, *, is_report: bool) -> list[str]:
    """What shows that a page on a foreign host was taken from a government's; empty where too little does.

    `markup` is the decoded page. One proof (the government site's own registration) is enough; of the rest (e-mail
    and links to a government host, a grafted sub-domain, a government system's path, an annual report) two are.
    """
    host = host_of(url)
    proofs: list[str] = []
    hints: list[str] = []
    if match := _SITE_CODE.search(markup):
        proofs.append(f"网站标识码 {match[1] or match[2]}")
    if match := _SITE_DOMAIN.search(markup):
        proofs.append(f"SiteDomain {match[1]}")
    if match := _MAIL.search(markup):
        hints.append(f"e-mail {match[0]}")
    linked = [name.lower() for name in _GOVERNMENT_LINK.findall(markup) if not _NATIONAL.search(name)]
    if linked:
        hints.append(f"links to {max(set(linked), key=lambda name: (linked.count(name), name))}")
    if match := (_POLICE.search(markup) or _ICP.search(markup)):
        hints.append(match[0])
    if _BADGE.search(markup):
        hints.append("the badge of party and government agencies")
    if _GRAFTED.match(host):
        hints.append(f"a sub-domain of an agency before another name ({host})")
    if _named_as_site(markup, host):
        hints.append(f"its own name where the government's stood ({host})")
    if _PATH.search(urlsplit(url or "").path):
        hints.append("a path of a government site's system")
    if is_report:
        hints.append("an agency's annual report")
    # A company's page has an ICP number too: numbers and paths alone prove nothing about a page that is no report.
    telling = [hint for hint in hints if not hint.startswith(("a path", "links to")) and "ICP" not in hint]
    return proofs + hints if proofs or (len(hints) > 1 and telling) else []


def _named_as_site(markup: str, host: str) -> bool:
    """Whether the text names the page's host as a government's website: 区人民政府门户网站（www.example.com）."""
    if not host:
        return False
    name = re.escape(_bare(host))
    return (
        re.search(rf"(?:政府|门户|官方)网站?[^<>。]{{0,12}}[(（][^()（）]{{0,12}}{name}", markup, re.IGNORECASE)
        is not None
    )
