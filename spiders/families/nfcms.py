"""NFCMS (广东): articles …/content/post_<number>.html, lists index.html, index_2.html… from 1."""

from __future__ import annotations

import re

from spiders.families.generic import Generic
from spiders.markup import Markup

_ARTICLE = re.compile(r"/content/m?post_\d+\.html")


class Nfcms(Generic):
    """Portals of Guangdong's cities and districts; the pages of a list are linked."""

    name = "nfcms"

    def signs(self, markup: Markup) -> float:
        text = markup.text
        evidence = 0.7 * ("NFCMS_SITE_ID" in text) + 0.2 * ("NFCMS_POST_ID" in text)
        evidence += 0.4 * bool(_ARTICLE.search(text) or _ARTICLE.search(markup.url))
        # The platform gkmlpt lies on the same hosts and links to the same kind of article.
        return min(evidence, 1.0) if "/gkmlpt/" not in markup.url else 0.0
