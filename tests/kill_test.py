"""`make kill-test N=50`: kills crawls of the sample sites at random moments, and counts what was lost or kept twice.

A crawl is started and killed until one comes to its end; its archive is then compared with that of a crawl nobody
disturbed, and the next one begins. Losses are captures, documents and figures that the undisturbed archive has and the
killed one has not; duplicates are bytes kept twice for one page, or documents of one capture.
"""

from __future__ import annotations

import argparse
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests.site.serve import SampleSites

LONGEST_CRAWL = 300.0
_CONTENTS = {
    "captures": "select key, url, kind, link_text, status, payload from captures",
    "documents": "select key, year, is_report, title, text from documents join captures on captures.id = capture",
    "figures": """select key, section, item, category, value, printed
                  from figures join captures on captures.id = figures.document""",
    "reports": "select agency_id, year, key from reports join captures on captures.id = document",
}
_TWICE = """select (select count(*) - count(distinct key || payload) from captures)
                 + (select count(*) - count(distinct capture) from documents)"""


@dataclass(slots=True)
class Tally:
    """What the kills did."""

    kills: int = 0
    archives: int = 0
    losses: int = 0
    additions: int = 0
    duplicates: int = 0
    faults: int = 0
    """Archives that are not sound, and runs that said they were done with work pending."""


def contents(archive: Path) -> set[tuple[object, ...]]:
    """Everything in an archive that does not depend on when it was fetched."""
    with closing(sqlite3.connect(archive)) as connection:
        rows = {(name, *row) for name, sql in _CONTENTS.items() for row in connection.execute(sql)}
        states = connection.execute("select 'frontier', key, state in ('stored', 'unchanged'), reason from frontier")
        # A page seen again by a later run is unchanged where the undisturbed crawl stored it.
        return rows | {row if not row[2] else (*row[:3], None) for row in states}


def start(sites: Path, archive: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "crawler.cli", "crawl", str(sites), "--archive", str(archive), "--browser", "none"]
    return subprocess.Popen(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def finish(process: subprocess.Popen[str], seconds: float) -> int | None:
    """The exit code of a crawl, or None when it was killed after that many seconds."""
    try:
        process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.communicate()
        return None
    return process.returncode


def compare(archive: Path, expected: set[tuple[object, ...]], code: int, expected_code: int, tally: Tally) -> None:
    """Count what an archive lacks, has too much of, or has wrong."""
    found = contents(archive)
    tally.archives += 1
    tally.losses += len(expected - found)
    tally.additions += len(found - expected)
    for row in sorted(map(repr, expected ^ found))[:5]:
        print(f"differs: {row[:200]}", file=sys.stderr)
    with closing(sqlite3.connect(archive)) as connection:
        tally.duplicates += connection.execute(_TWICE).fetchone()[0]
        pending = connection.execute("select count(*) from frontier where state in ('pending', 'in_flight')")
        sound = connection.execute("pragma integrity_check").fetchall() == [("ok",)]
        orphans = connection.execute("pragma foreign_key_check").fetchall()
        tally.faults += int(not sound or bool(orphans) or pending.fetchone()[0] > 0 or code != expected_code)


def kill_test(kills: int, seed: int, folder: Path) -> Tally:
    """Kill crawls that many times; the folder takes the archives."""
    random_moment = random.Random(seed)
    tally = Tally()
    with SampleSites() as served:
        sites = served.sites_csv(folder / "sites.csv")
        began = time.monotonic()
        expected_code = finish(start(sites, folder / "undisturbed.db"), LONGEST_CRAWL)
        duration = time.monotonic() - began
        if expected_code not in (0, 1):
            raise SystemExit(f"the undisturbed crawl ended with {expected_code}")
        expected = contents(folder / "undisturbed.db")
        archive = folder / "0.db"
        while True:
            last = tally.kills >= kills
            moment = LONGEST_CRAWL if last else random_moment.uniform(0.1, duration)
            code = finish(start(sites, archive), moment)
            if code is None:
                tally.kills += 1
                continue
            compare(archive, expected, code, expected_code, tally)
            archive = folder / f"{tally.archives}.db"
            if last:
                return tally


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.kill_test", description=__doc__.partition("\n")[0])
    parser.add_argument("kills", nargs="?", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1, help="of the moments (default: 1)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tally = kill_test(options.kills, options.seed, Path(folder))
    print(
        f"{tally.kills} kills in {tally.archives} crawls: {tally.losses} losses, {tally.duplicates} duplicates, "
        f"{tally.additions} additions, {tally.faults} unsound archives or wrong exit codes"
    )
    raise SystemExit(int(any((tally.losses, tally.duplicates, tally.additions, tally.faults))))


if __name__ == "__main__":
    main()
