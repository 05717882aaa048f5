"""Cookies as Scrapy keeps them, with the list of public suffixes that is installed, not one from the network."""

from __future__ import annotations

from typing import Any

from scrapy import Request
from scrapy.downloadermiddlewares import cookies
from scrapy.http import Headers, Response
from tldextract import TLDExtract

# An empty list of addresses makes tldextract use the list in its package; its default is to download one at first use.
_split_domain = TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


COOKIES_KEY = "browser_cookies"
"""In a request's meta: the cookies a browser had when it had drawn the page, as name, value and path."""


class CookiesMiddleware(cookies.CookiesMiddleware):
    """Scrapy's middleware, which asks for the list at the first cookie that names a domain.

    What a page's script set in the browser is sent with plain requests as well: a guard that wants to see its cookie
    is got past once, and not with a browser for every page.
    """

    def process_response(self, request: Request, response: Response, *arguments: Any) -> Any:
        result = super().process_response(request, response, *arguments)
        if found := request.meta.get(COOKIES_KEY):
            lines = [f"{it['name']}={it['value']}; Path={it['path']}" for it in found]
            jar = self.jars[request.meta.get("cookiejar")]
            jar.extract_cookies(Response(request.url, headers=Headers({"Set-Cookie": lines})), request)
        return result


cookies._split_domain = _split_domain
