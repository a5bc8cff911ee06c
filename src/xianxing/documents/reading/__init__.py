"""Reading a plan: rules of the language of plans, in tables and small grammars; no language model."""

from xianxing.documents.reading.reader import read

__all__ = ["read"]
