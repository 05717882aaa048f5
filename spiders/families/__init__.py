"""Site families (CMS): one small file each; detection weighs the evidence of all."""

from __future__ import annotations

from spiders.families.base import Family, Row
from spiders.families.generic import Generic
from spiders.families.gkmlpt import Gkmlpt
from spiders.families.hanweb import Hanweb
from spiders.families.jpaas import Jpaas
from spiders.families.trs import Trs
from spiders.families.trs_fujian import TrsFujian
from spiders.families.ucap import Ucap
from spiders.families.vsb import Vsb
from spiders.markup import Markup

GENERIC = Generic()
_ALL: tuple[Family, ...] = (GENERIC, Trs(), TrsFujian(), Hanweb(), Jpaas(), Vsb(), Ucap(), Gkmlpt())
FAMILIES: dict[str, Family] = {family.name: family for family in _ALL}
# Below this no family is named: one link to another site's article is no proof.
LEAST_EVIDENCE = 0.5

__all__ = ["FAMILIES", "GENERIC", "LEAST_EVIDENCE", "Family", "Row", "detect"]


def detect(markup: Markup) -> str | None:
    """The family with the most evidence in a page; None where none has enough."""
    weights = {name: family.signs(markup) for name, family in FAMILIES.items()}
    best = max(weights, key=lambda name: weights[name])
    return best if weights[best] >= LEAST_EVIDENCE else None
