"""The text in pieces of a picture, by RapidOCR with the models of its wheel."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from archive.reading.model import UnreadableError

NEEDS = "needs the extra `ocr`: pip install 'nianbao[ocr]'"
# The model's input: pieces are scaled to this height, and narrow ones set on a strip of this width.
_SHAPE = [3, 48, 64]
_BATCH = 16
_WHITE = 255


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a piece of a picture says, and how sure that is, 0 to 1."""

    text: str
    confidence: float


def available() -> bool:
    """Whether the extra is installed."""
    from importlib.util import find_spec

    return all(find_spec(name) is not None for name in ("rapidocr", "onnxruntime", "cv2", "pypdfium2"))


def require(what: str) -> None:
    """Raise UnreadableError, saying what would read it, where the extra is not installed."""
    if not available():
        raise UnreadableError(f"{what}, and reading those {NEEDS}")


def recognise(pieces: list[Any]) -> list[Recognised]:
    """Read pieces of one line each (arrays of grey, 0 is black)."""
    if not pieces:
        return []
    import cv2
    from rapidocr.ch_ppocr_rec.typings import TextRecInput

    coloured = [cv2.cvtColor(piece, cv2.COLOR_GRAY2BGR) for piece in pieces]
    found = _engine().text_rec(TextRecInput(img=coloured))
    return [Recognised(str(text).strip(), float(score)) for text, score in zip(found.txts, found.scores, strict=True)]


@cache
def _engine() -> Any:
    import numpy
    from rapidocr import RapidOCR

    engine = RapidOCR(
        params={
            "Global.log_level": "critical",
            "Rec.rec_img_shape": _SHAPE,
            "Rec.rec_batch_num": _BATCH,
            # Documents are read in as many processes as there are cores; a thread each is enough.
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )
    # The recogniser is loaded with the first picture.
    engine(numpy.full((48, 96, 3), _WHITE, numpy.uint8), use_det=False, use_cls=False, use_rec=True)
    return engine
