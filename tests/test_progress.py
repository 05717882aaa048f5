"""What a run shows while it goes on, and its summaries."""

from __future__ import annotations

import json
import re

from tests.crawling import Crawls, Site, crawls, many, site

__all__ = ["crawls", "site"]


def test_a_terminal_sees_where_the_run_is_and_a_summary(crawls: Crawls, site: Site) -> None:
    site.answers |= many(10, wait=0.4)
    process = crawls.start(PROGRESS=True)
    _, said = process.communicate()
    assert process.returncode == 0, said
    # Read as text, every return to the beginning of the line is a new line.
    drawn = [line.split("\x1b")[0] for line in said.split("\n")]
    standing = [
        line for line in drawn if re.match(r"[01]/1 sites, \d+ reports, \d+ answers \(\d+/min\), \d+ pages to go", line)
    ]
    assert standing and all(len(line) < 80 for line in standing)
    assert any("waits for 127.0.0.1" in line for line in standing)
    assert re.search(r"All well after \d+ s: \d+ answers, \d+ captures", said)


def test_machines_get_the_outcome_as_one_line(crawls: Crawls, site: Site) -> None:
    site.answers |= many(10)
    process = crawls.start(SUMMARY_JSON=True)
    printed, said = process.communicate()
    told = json.loads(printed)
    assert printed.count("\n") == 1 and said == ""
    assert (told["exit_code"], told["outcome"], told["messages"]) == (0, "ok", [])
    assert told["counts"]["readings"] == 10 and told["answers"] >= 12 and told["seconds"] >= 0
