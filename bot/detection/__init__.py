"""How text becomes a notice: text and lexicon in, judgement with evidence out. No I/O."""

from bot.detection.detector import Detector

__all__ = ["Detector"]
