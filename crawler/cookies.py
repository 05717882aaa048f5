"""Cookies as Scrapy keeps them, with the list of public suffixes that is installed, not one from the network."""

from __future__ import annotations

from scrapy.downloadermiddlewares import cookies
from tldextract import TLDExtract

# An empty list of addresses makes tldextract use the list in its package; its default is to download one at first use.
_split_domain = TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


class CookiesMiddleware(cookies.CookiesMiddleware):
    """Scrapy's middleware, which asks for the list at the first cookie that names a domain."""


cookies._split_domain = _split_domain
