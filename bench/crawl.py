"""A crawl as `nianbao crawl` makes it, with settings besides: `python -m bench.crawl SITES ARCHIVE SETTINGS`.

SETTINGS is a JSON object of Scrapy's and this project's settings, {"READERS": 0} to fetch only.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

if __name__ == "__main__":
    from crawler.run import crawl

    sys.exit(crawl(Path(sys.argv[1]), Path(sys.argv[2]), browser="none", settings=json.loads(sys.argv[3])))
