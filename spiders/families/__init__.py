"""Site families (CMS): one small file each; detection weighs the evidence of all."""

from __future__ import annotations

from spiders.families.anhui_label import AnhuiLabel
from spiders.families.aspnet import AspNet
from spiders.families.base import Family, Row
from spiders.families.eportal import Eportal
from spiders.families.generic import Generic
from spiders.families.gkmlpt import Gkmlpt
from spiders.families.hanweb import Hanweb
from spiders.families.hanweb_xxgk import HanwebXxgk
from spiders.families.ilist import JspList
from spiders.families.jiangxi import Jiangxi
from spiders.families.jpaas import Jpaas
from spiders.families.nfcms import Nfcms
from spiders.families.openness import Openness
from spiders.families.spa import SinglePage, seen_lists
from spiders.families.trs import Trs
from spiders.families.trs_fujian import TrsFujian
from spiders.families.ucap import Ucap
from spiders.families.vsb import Vsb
from spiders.markup import Markup

GENERIC = Generic()
_ALL: tuple[Family, ...] = (
    GENERIC,
    Trs(),
    TrsFujian(),
    Hanweb(),
    HanwebXxgk(),
    Jpaas(),
    Vsb(),
    Ucap(),
    Gkmlpt(),
    Nfcms(),
    AnhuiLabel(),
    Openness(),
    Jiangxi(),
    JspList(),
    Eportal(),
    AspNet(),
    SinglePage(),
)
FAMILIES: dict[str, Family] = {family.name: family for family in _ALL}
# Below this no family is named: one link to another site's article is no proof.
LEAST_EVIDENCE = 0.5

__all__ = ["FAMILIES", "GENERIC", "LEAST_EVIDENCE", "Family", "Row", "detect", "seen_lists"]


def detect(markup: Markup) -> str | None:
    """The family with the most evidence in a page; None where none has enough."""
    weights = {name: family.signs(markup) for name, family in FAMILIES.items()}
    best = max(weights, key=lambda name: weights[name])
    return best if weights[best] >= LEAST_EVIDENCE else None
