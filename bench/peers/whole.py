"""The whole way of a page as one would put it together: fetched, followed, read, kept. `python whole.py SITES DB`.

SITES is a file of entry addresses; every link below the report column is followed.
"""

import sys
from urllib.parse import urlsplit

import scrapy
import trafilatura
from bs4 import BeautifulSoup
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.linkextractors import LinkExtractor
from sqlite_utils import Database


class WholeSpider(scrapy.Spider):
    name = "whole"
    links = LinkExtractor()
    db = Database(sys.argv[2])

    async def start(self):
        with open(sys.argv[1]) as file:
            for line in file:
                yield scrapy.Request(line.strip(), cb_kwargs={"report": False})

    def parse(self, response, report):
        for link in self.links.extract_links(response):
            path = urlsplit(link.url).path
            if path.startswith("/xxgk/"):
                name = path.rsplit("/", 1)[-1]
                yield response.follow(link, cb_kwargs={"report": name[:1] == "t"})
        if not report:
            return
        text = trafilatura.extract(response.body) or ""
        soup = BeautifulSoup(response.body, "lxml")
        cells = [
            {
                "url": response.url,
                "table_number": number,
                "row": row,
                "column": column,
                "text": cell.get_text(strip=True),
            }
            for number, table in enumerate(soup.find_all("table"))
            for row, line in enumerate(table.find_all("tr"))
            for column, cell in enumerate(line.find_all(["td", "th"]))
        ]
        self.db["pages"].insert({"url": response.url, "body": response.body, "text": text}, pk="url", replace=True)
        for cell in cells:
            self.db["cells"].insert(cell)


if __name__ == "__main__":
    process = AsyncCrawlerProcess({"REMOTE_CONTROL_ENABLED": False, "TELNETCONSOLE_ENABLED": False})
    process.crawl(WholeSpider)
    process.start()
    print(WholeSpider.db["pages"].count, "pages")
