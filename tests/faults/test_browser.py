"""Pages that fight the browser that draws them cost their own drawing only (FAULTS, Playwright)."""

from __future__ import annotations

import pytest

from crawler.outcome import ExitCode
from crawler.rendering import find_browser
from tests.faults.hostile import Arena, Hostile, arena, honest, hostile, whole
from tests.faults.test_interruptions import wait_until_gone

__all__ = ["arena", "honest", "hostile"]

BROWSER = find_browser()
LONGEST_DRAWING = 15
FIGHTS = {
    "loops": "for (;;);",
    "alerts": "for (let n = 0; n < 10000; n++) alert(n);",
    "windows": "for (let n = 0; n < 500; n++) window.open('/opened?' + n);",
    "memory": "const all = []; for (let n = 0; n < 64; n++) all.push(new Uint8Array(1 << 28).fill(1));",
    "asks": "(async () => { for (;;) await fetch('/asked').catch(() => 0); })();",
    "never-idle": "setInterval(() => fetch('/asked?' + Math.random()), 20);",
    "reloads": "location.reload();",
    "bounces": "location.href = '/bounced?' + Math.random();",
    "prints": "setInterval(print, 1); onbeforeunload = () => 'stay';",
    "downloads": "for (let n = 0; n < 200; n++) { let a = document.createElement('a'); a.href = '/file?' + n;"
    " a.download = 'x'; document.body.append(a); a.click(); }",
    "worker": "new Worker(URL.createObjectURL(new Blob(['for(;;);'])));",
    "crashes": "location.href = 'chrome://crash';",
}


@pytest.mark.skipif(BROWSER is None, reason="no browser on this machine")
def test_pages_that_fight_the_browser_end_in_time(arena: Arena, hostile: Hostile) -> None:
    links = "".join(f'<a class="list" href="/{name}.html">draw</a>\n' for name in FIGHTS)
    hostile.answers = {
        f"/{name}.html": whole(f"<html><title>{name}</title><body>here<script>{script}</script></body></html>".encode())
        for name, script in FIGHTS.items()
    }
    hostile.answers["/"] = whole(f"<html><title>t</title>{links}</html>".encode())
    again = f"<html><title>t</title><body>x<script>{FIGHTS['bounces']}</script>".encode()
    hostile.otherwise = lambda path: whole(again if path.startswith("/bounced") else b"<html><title>t</title>x")
    arena.prepare(f"""
        from crawler import browser, capture

        browser.LONGEST_DRAWING = {LONGEST_DRAWING}
        browser._SETTLING_MILLISECONDS = 1500
        capture.ATTEMPTS = 1
    """)
    arena.register(hostile.url)
    process = arena.start(browser=str(BROWSER), DOWNLOAD_TIMEOUT=60)
    said = "".join(process.communicate(timeout=len(FIGHTS) * (LONGEST_DRAWING + 10)))
    assert process.returncode == ExitCode.OK and "Traceback" not in said, said
    arena.assert_unharmed()
    states = dict(arena.rows(f"select url, state from frontier where url like '{hostile.url}/%.html'"))
    assert len(states) == len(FIGHTS) and set(states.values()) <= {"stored", "failed", "unchanged"}, states
    for name in ("never-idle", "asks"):
        assert states[f"{hostile.url}/{name}.html"] == "stored", name
    wait_until_gone(arena)
