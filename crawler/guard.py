"""Which addresses the crawler may ask: the hosts of the registry and nothing else.

The scope is an allow-list of names. A link, a redirect, a robots.txt redirect or a request of a drawn page that leads
elsewhere is refused before a connection is made; what a name of the registry resolves to is judged at the moment of
connecting (crawler.resolving).
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from crawler.site import SiteEntry

_PORTS = {"http": 80, "https": 443}
# A backslash, blank or control character in the authority is read differently by different URL parsers.
_AMBIGUOUS = re.compile(r"[\\\s\x00-\x1f]")
# Where the clouds that use no link-local address keep the secrets of a machine: Azure, Alibaba, Oracle, AWS.
_METADATA = frozenset(
    map(ipaddress.ip_address, ("168.63.129.16", "100.100.100.200", "192.0.0.192", "fd00:ec2::254", "fd20:ce::254"))
)
_THIS_NETWORK = ipaddress.ip_network("0.0.0.0/8")
# IPv6 addresses that end in an IPv4 one: IPv4-compatible, NAT64, NAT64 of a network's own.
_CARRYING = tuple(map(ipaddress.ip_network, ("::/96", "64:ff9b::/96", "64:ff9b:1::/48")))
# 2130706433, 0x7f.1, 127.1: numbers that resolvers take for an address.
_NUMERIC = re.compile(r"(?:0x[0-9a-f]+|\d+)(?:\.(?:0x[0-9a-f]+|\d+))*", re.IGNORECASE)


class Scope:
    """The hosts of a registry.

    A public name covers that name on every port, over http and https, with and without a leading `www.`; a literal
    address, `localhost` or a name without a dot covers exactly the port the registry gives.
    """

    def __init__(self, sites: Iterable[SiteEntry]) -> None:
        self._names: set[str] = set()
        self._addresses: set[tuple[str, int]] = set()
        for site in sites:
            parts = urlsplit(site.url)
            host = _host(parts.hostname)
            if _is_local(host):
                self._addresses.add((host, parts.port or _PORTS.get(parts.scheme, 0)))
            else:
                self._names.add(host.removeprefix("www."))

    def allows(self, url: str) -> bool:
        """Whether the URL may be asked for."""
        return self.refusal(url) is None

    def refusal(self, url: str) -> str | None:
        """Why the URL may not be asked for; None when it may."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            return f"not a usable address: {error}"
        if parts.scheme not in _PORTS:
            return f"not a web address: {parts.scheme or 'no scheme'}"
        if not parts.hostname or _AMBIGUOUS.search(parts.netloc):
            return "not a usable address: no clear host"
        host = _host(parts.hostname)
        if _is_local(host):
            if (host, port or _PORTS[parts.scheme]) in self._addresses:
                return None
            return f"a local or literal address outside the registry: {parts.netloc}"
        return None if host.removeprefix("www.") in self._names else f"not a host of the registry: {host}"

    def covers(self, host: str, port: int) -> bool:
        """Whether a connection to the host may be made at all."""
        host = _host(host)
        return (host, port) in self._addresses if _is_local(host) else host.removeprefix("www.") in self._names

    def is_local(self, host: str, port: int) -> bool:
        """Whether the registry itself names the host as one of this machine or its network."""
        return (_host(host), port) in self._addresses


def address_refusal(address: str) -> str | None:
    """Why no public site can be at an IP address; None for a public address."""
    _, one = _unwrapped(address)
    for kind, name in (
        (one.is_loopback, "this machine"),
        (is_never_a_site(address), "a link-local, metadata or multicast address"),
        (not one.is_global, "a private network"),
    ):
        if kind:
            return f"{address} ({name})"
    return None


def is_never_a_site(address: str) -> bool:
    """Whether no site of any kind is at an IP address: link-local, metadata of a cloud, multicast, unspecified."""
    outer, one = _unwrapped(address)
    return (
        one.is_link_local
        or one.is_multicast
        or one.is_unspecified
        or (one.version == 4 and (one.is_reserved or one in _THIS_NETWORK))
        or not _METADATA.isdisjoint((outer, one))
    )


_IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


def _unwrapped(address: str) -> tuple[_IPAddress, _IPAddress]:
    """An address, and the one to judge it by: the IPv4 address that an IPv6 one carries (mapped, 6to4, NAT64)."""
    outer = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(outer, ipaddress.IPv4Address):
        return outer, outer
    inner = outer.ipv4_mapped or outer.sixtofour
    # ::1 and :: are addresses of their own.
    if inner is None and int(outer) > 1 and any(outer in network for network in _CARRYING):
        inner = ipaddress.IPv4Address(outer.packed[-4:])
    return outer, inner or outer


def is_loopback(url: str) -> bool:
    """Whether the URL names this machine: 127.0.0.0/8, ::1 or localhost."""
    host = _host(urlsplit(url).hostname)
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _host(hostname: str | None) -> str:
    return (hostname or "").lower().rstrip(".")


def _is_local(host: str) -> bool:
    return ":" in host or "." not in host or host.endswith(".localhost") or _NUMERIC.fullmatch(host) is not None
