"""Answers without end, without length, cut short, or a thousand times larger than they look (FAULTS 6)."""

from __future__ import annotations

import gzip
import time
import zlib
from collections.abc import Callable, Iterator

import brotli  # type: ignore[import-untyped]
import pytest
import zstandard

from crawler.decoding import BodyBrokenOffError, BodyTooBigError, BodyUndecodableError, decode
from crawler.outcome import ExitCode
from tests.faults.hostile import Arena, Hostile, Send, arena, honest, hostile, linking, whole

__all__ = ["arena", "honest", "hostile"]

LIMIT = 1_000_000
BOMB = bytes(64 << 20)
ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": lambda body: brotli.compress(body, quality=3),
    "zstd": zstandard.ZstdCompressor().compress,
}
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


def endless(head: bytes, piece: bytes, *, pause: float = 0) -> Callable[[Send], None]:
    def answer(send: Send) -> None:
        send(head)
        while True:
            send(piece)
            time.sleep(pause)

    return answer


def sizes() -> Iterator[tuple[str, Callable[[Send], None], str, str]]:
    """Path, answer, state it has to end in, words of the reason."""
    chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    yield "/endless", endless(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", chunk), "too_big", "MAXSIZE"
    yield "/endless-without-length", endless(HEAD + b"\r\n", b"x" * 65536), "too_big", "MAXSIZE"
    yield (
        "/says-it-is-large",
        endless(HEAD + b"Content-Length: 99999999999\r\n\r\n", b"x" * 65536),
        "too_big",
        "MAXSIZE",
    )
    for name, encoder in ENCODERS.items():
        bomb = encoder(BOMB)
        yield f"/bomb-{name}", whole(bomb, f"Content-Encoding: {name}"), "too_big", "MAXSIZE"
        twice = gzip.compress(bomb)
        yield f"/bomb-{name}-in-gzip", whole(twice, f"Content-Encoding: {name}, gzip"), "too_big", "MAXSIZE"
        cut = encoder(b"<html>" + bytes(range(256)) * 400 + b"</html>")[:-20]
        yield f"/cut-{name}", whole(cut, f"Content-Encoding: {name}"), "failed", "broke off"
    yield "/pieces", whole(gzip.compress(b"") * 40_000, "Content-Encoding: gzip"), "failed", "pieces"
    yield "/layers", whole(b"x", "Content-Encoding: " + ", ".join(["gzip"] * 9)), "failed", "one in another"
    yield "/no-gzip", whole(b"<html>plain</html>", "Content-Encoding: gzip"), "failed", "cannot be decoded"
    flood = endless(b"HTTP/1.1 200 OK\r\n", b"X-Flood: " + b"f" * 100 + b"\r\n")
    yield "/flood", flood, "too_big", "headers"
    yield "/flood-continue", endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), "too_big", "headers"
    yield "/flood-one-line", endless(b"HTTP/1.1 200 OK\r\nX: ", b"f" * 65536), "failed", "connection broke"
    yield "/short", lambda send: send(HEAD + b"Content-Length: 1000\r\n\r\n<html>half"), "failed", "broke off"
    yield (
        "/short-chunk",
        lambda send: send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n<html\r\n"),
        "failed",
        "broke",
    )
    yield "/no-length-cut", lambda send: send(HEAD + b"\r\n<html><body><p>half of a page"), "failed", "broke off"
    yield "/no-length", lambda send: send(HEAD + b"\r\n<html><body>whole</body></html>"), "stored", ""
    yield "/pdf-cut", lambda send: send(HEAD + b"\r\n%PDF-1.7\n1 0 obj"), "failed", "broke off"
    yield "/no-http", lambda send: send(b"SSH-2.0-OpenSSH_9.2\r\n"), "failed", "connection broke"


def test_answers_without_measure_end_and_are_not_stored(arena: Arena, hostile: Hostile) -> None:
    cases = list(sizes())
    hostile.answers = {path: answer for path, answer, _, _ in cases}
    hostile.answers["/"] = linking(*hostile.answers)
    arena.register(hostile.url)
    code, said = arena.run(DOWNLOAD_MAXSIZE=LIMIT)
    assert code == ExitCode.OK, said
    arena.assert_unharmed()
    for path, _, state, words in cases:
        ended, reason = arena.outcome(hostile.url + path)
        assert ended == state and words in reason, (path, ended, reason)
    stored = arena.rows(f"select url from captures where url like '{hostile.url}/_%'")
    assert stored == [(f"{hostile.url}/no-length",)]


def test_answers_that_take_for_ever_are_cut(arena: Arena, hostile: Hostile) -> None:
    slow, silent, stalled = Hostile(), Hostile(answers_at_all=False), Hostile(answers_at_all=False)
    hostile.answers["/"] = endless(HEAD + b"Content-Length: 100000\r\n\r\n", b"x", pause=0.1)
    slow.answers["/"] = endless(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n", pause=0.1)
    # Accepts the connection and never says a word: to a request, and to a TLS handshake.
    stalled_url = stalled.url.replace("http:", "https:")
    arena.register(hostile.url, slow.url, silent.url, stalled_url)
    code, said = arena.run(DOWNLOAD_TIMEOUT=1.5)
    assert code == ExitCode.ATTENTION, said
    arena.assert_unharmed()
    for url in (hostile.url, slow.url):
        state, reason = arena.outcome(f"{url}/")
        assert state == "failed" and "in time" in reason
    for url in (silent.url, stalled_url):
        # Not even robots.txt is to be had, which forbids everything.
        state, reason = arena.outcome(f"{url}/")
        assert state == "robots" and "unreachable" in reason
    assert stalled.connections >= 1
    for server in (slow, silent, stalled):
        server.close()


@pytest.mark.parametrize("name", ENCODERS)
def test_bodies_are_decoded_whole_or_not_at_all(name: str) -> None:
    body = bytes(range(256)) * 1000
    encoded = ENCODERS[name](body)
    assert decode(encoded, [name], len(body)) == body
    assert decode(gzip.compress(encoded), [name, "GZIP "], len(body)) == body
    with pytest.raises(BodyTooBigError):
        decode(encoded, [name], len(body) - 1)
    for length in (1, 5, len(encoded) // 2, len(encoded) - 1):
        with pytest.raises((BodyBrokenOffError, BodyUndecodableError)):
            decode(encoded[:length], [name], len(body))
    with pytest.raises(BodyUndecodableError):
        decode(b"<html>plain</html>", [name], len(body))


def test_what_servers_do_to_encodings_is_borne() -> None:
    body = b"<html>" + bytes(range(256)) * 1000
    bare = zlib.compressobj(wbits=-15)
    assert decode(bare.compress(body) + bare.flush(), ["deflate"], 1 << 20) == body
    assert decode(gzip.compress(body[:100]) + gzip.compress(body[100:]) + b"\0\0", ["x-gzip"], 1 << 20) == body
    for name in ("gb2312", "identity", "none", ""):
        assert decode(body, [name], 1 << 20) == body
    assert decode(b"", ["gzip"], 1 << 20) == b""
