"""Bare Scrapy with its defaults: fetches the addresses of a file and counts them. `python counting.py ADDRESSES`"""

import sys

import scrapy
from scrapy.crawler import AsyncCrawlerProcess


class CountingSpider(scrapy.Spider):
    name = "counting"
    counted = 0

    async def start(self):
        with open(sys.argv[1]) as file:
            for line in file:
                yield scrapy.Request(line.strip())

    def parse(self, response):
        CountingSpider.counted += 1


if __name__ == "__main__":
    process = AsyncCrawlerProcess({"REMOTE_CONTROL_ENABLED": False, "TELNETCONSOLE_ENABLED": False})
    process.crawl(CountingSpider)
    process.start()
    print(CountingSpider.counted, "pages")
