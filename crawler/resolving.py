"""The last guard: names are resolved here, and a connection is made to the very address that was judged.

The operator's list says which hosts may be asked, so a host of it may also be on this machine or its network, at any
address that can be a site's: never at a link-local one or at one where a cloud keeps a machine's secrets. What the list
cannot mean is that a public site turns inward: a name that is, or once was, at a public address is not asked at any
other, or whoever runs it, or took it over, would have the crawler read what is not public and put it in the archive.
What the operator has written in the hosts file of this machine is the operator's own word.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IAddress, IHostnameResolver, IHostResolution, IResolutionReceiver
from zope.interface import implementer  # type: ignore[import-untyped]

from crawler.guard import Scope, address_refusal, is_never_a_site

HOSTS_FILE = Path("/etc/hosts")


class AddressRefusedError(Exception):
    """No connection is made to where a host leads; the message says why."""


@implementer(IHostnameResolver)
class GuardedResolver:
    """A resolver that gives only addresses a connection may be made to; `refusals` has the reasons by host."""

    def __init__(self, resolver: Any, scope: Scope) -> None:
        self._resolver = resolver
        self._scope = scope
        self._public: set[str] = set()
        """Names that have answered at a public address."""
        self.refusals: dict[str, str] = {}

    @classmethod
    def install(cls, scope: Scope) -> GuardedResolver:
        """Put every connection of this process under guard; a process has one."""
        from twisted.internet import reactor

        installed: Any = reactor.nameResolver
        if isinstance(installed, cls):
            return installed
        guard = cls(installed, scope)
        reactor.installNameResolver(guard)
        return guard

    def resolveHostName(
        self,
        resolutionReceiver: Any,
        hostName: str,
        portNumber: int = 0,
        addressTypes: Sequence[type[IAddress]] | None = None,
        transportSemantics: str = "TCP",
    ) -> Any:
        """Resolve a host for a connection to that port, as IHostnameResolver has it."""
        self.refusals.pop(hostName, None)
        guarded = _GuardedReceiver(resolutionReceiver, self, hostName, portNumber)
        literal = _literal(hostName, portNumber)
        covered = self._scope.covers(hostName, portNumber)
        if covered and literal is None:
            return self._resolver.resolveHostName(guarded, hostName, portNumber, addressTypes, transportSemantics)
        if not covered:
            self.refusals[hostName] = f"not a host of the registry: {hostName}:{portNumber}"
        at_once = _Resolved(hostName)
        guarded.resolutionBegan(at_once)
        if covered:
            guarded.addressResolved(literal)
        guarded.resolutionComplete()
        return at_once

    async def resolve(self, host: str, port: int) -> str | None:
        """The address to be used for a host, for a client that makes its own connections; None when there is none."""
        answer: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
        self.resolveHostName(_FirstReceiver(answer), host, port)
        return await answer

    def remember(self, addresses: Iterable[tuple[str, str]]) -> None:
        """Take in the addresses at which hosts answered earlier, as pairs of host and address."""
        self._public |= {_bare(host) for host, address in addresses if address_refusal(address) is None}

    def allowed(self, host: str, port: int, addresses: Sequence[str]) -> list[bool]:
        """Of the addresses that a name leads to, which may be asked; the reason for those that may not is kept."""
        self.remember((host, address) for address in addresses)
        reasons = [self._refusal(host, port, address) for address in addresses]
        for reason in filter(None, reasons):
            self.refusals[host] = f"{host} leads to {reason}"
        return [reason is None for reason in reasons]

    def _refusal(self, host: str, port: int, address: str) -> str | None:
        reason = address_refusal(address)
        if reason is None or self._scope.is_local(host, port) or _is_in_hosts_file(host, address):
            return None
        if is_never_a_site(address):
            return reason
        if _bare(host) in self._public:
            return f"{reason} and was at a public address before; if that is meant, name the host in {HOSTS_FILE}"
        return None


def _bare(host: str) -> str:
    return host.lower().rstrip(".").removeprefix("www.")


def _literal(host: str, port: int) -> IPv4Address | IPv6Address | None:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    return IPv4Address("TCP", host, port) if address.version == 4 else IPv6Address("TCP", host, port)


def _is_in_hosts_file(host: str, address: str) -> bool:
    try:
        text = HOSTS_FILE.read_text(encoding="utf-8", errors="replace")
    except OSError:
        # A machine without the file has nothing to say in it.
        return False
    lines = (line.partition("#")[0].lower().split() for line in text.splitlines())
    return any(line and line[0] == address and host.lower().rstrip(".") in line[1:] for line in lines)


@implementer(IHostResolution)
class _Resolved:
    """A resolution that took no time."""

    def __init__(self, name: str) -> None:
        self.name = name

    def cancel(self) -> None:
        """Nothing is under way."""


@implementer(IResolutionReceiver)
class _GuardedReceiver:
    """Passes on the addresses that may be used, once all are known: they are judged together."""

    def __init__(self, receiver: Any, guard: GuardedResolver, host: str, port: int) -> None:
        self._receiver = receiver
        self._guard = guard
        self._host = host
        self._port = port
        self._found: list[Any] = []

    def resolutionBegan(self, resolutionInProgress: Any) -> None:
        self._receiver.resolutionBegan(resolutionInProgress)

    def addressResolved(self, address: Any) -> None:
        self._found.append(address)

    def resolutionComplete(self) -> None:
        allowed = self._guard.allowed(self._host, self._port, [address.host for address in self._found])
        for address, usable in zip(self._found, allowed, strict=True):
            if usable:
                self._receiver.addressResolved(address)
        self._receiver.resolutionComplete()


@implementer(IResolutionReceiver)
class _FirstReceiver:
    """Sets a future to the first address."""

    def __init__(self, answer: asyncio.Future[str | None]) -> None:
        self._answer = answer

    def resolutionBegan(self, resolutionInProgress: Any) -> None:
        """Nothing to do: the resolution has a time limit of its own."""

    def addressResolved(self, address: Any) -> None:
        if not self._answer.done():
            self._answer.set_result(address.host)

    def resolutionComplete(self) -> None:
        if not self._answer.done():
            self._answer.set_result(None)
