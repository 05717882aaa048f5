"""Answers kept in memory for as long as the archive is the same: a question over all reports is worked out once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from archive.publishing.site.headers import Application, Send
from archive.publishing.site.overview import Overviews, Version

_MOST_ANSWERS = 200
_LARGEST_ANSWER = 1 << 20
# What names the reader or the state of the reader's own copy makes an answer that is nobody else's.
_PRIVATE = frozenset({b"authorization", b"cookie", b"if-none-match"})
_NOT_KEPT = ("/-/", "/captures/", "/nianbao/")
_LANGUAGE = b"accept-language"

Key = tuple[bytes, bytes, bytes]
Answer = list[dict[str, Any]]


class AnswerCache:
    """The last answers to plain requests of pages, forgotten when the archive changes."""

    def __init__(self, application: Application, overviews: Callable[[], Overviews]) -> None:
        self._application = application
        self._overviews = overviews
        self._answers: OrderedDict[Key, Answer] = OrderedDict()
        self._version: Version | None = None

    async def __call__(self, scope: Any, receive: Any, send: Send) -> None:
        key = _key(scope)
        if key is None:
            await self._application(scope, receive, send)
            return
        version = self._overviews().version()
        if version != self._version:
            self._answers.clear()
            self._version = version
        known = self._answers.get(key)
        if known is not None:
            self._answers.move_to_end(key)
            for event in known:
                await send(event)
            return
        answer: Answer = []

        async def kept(event: dict[str, Any]) -> None:
            answer.append(event)
            await send(event)

        await self._application(scope, receive, kept)
        size = sum(len(event.get("body", b"")) for event in answer)
        if answer and answer[0].get("status") == 200 and size <= _LARGEST_ANSWER and version == self._version:
            self._answers[key] = answer
            if len(self._answers) > _MOST_ANSWERS:
                self._answers.popitem(last=False)


def _key(scope: Any) -> Key | None:
    """What tells two answers apart; None for a request that is not to be answered from memory."""
    if scope["type"] != "http" or scope["method"] != "GET" or scope["path"].startswith(_NOT_KEPT):
        return None
    headers = dict(scope["headers"])
    if _PRIVATE & headers.keys():
        return None
    return scope.get("raw_path", scope["path"].encode()), scope.get("query_string", b""), headers.get(_LANGUAGE, b"")
