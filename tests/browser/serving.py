"""An archive served on loopback for a browser, and the browser."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PROGRAM = """
import sys
from pathlib import Path
from archive.publishing.serve import serve
serve(Path(sys.argv[1]), port=0)
"""


def browser_path() -> str | None:
    """A Chromium on this machine, or None where Playwright's own or none at all is to be used."""
    named = os.environ.get("NIANBAO_BROWSER")
    if named and named != "none":
        return named
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@contextmanager
def serving(archive: Path) -> Iterator[str]:
    """The address at which the archive is served, until the end of the block."""
    with subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, str(archive)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None and process.stderr is not None
            said = process.stdout.readline()
            found = re.search(r"http://127\.0\.0\.1:\d+", said)
            if found is None:
                process.kill()
                raise RuntimeError(f"the server did not start: {said}{process.stderr.read()}")
            yield found[0]
        finally:
            process.kill()
