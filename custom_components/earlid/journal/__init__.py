"""What happened, on disk: records that are never changed, each chained to the one before."""

from .chain import Entry, Head, Row
from .journal import MOST_WAITING, Journal
from .reads import Query
from .trouble import Trouble
from .verify import Verification

__all__ = ["MOST_WAITING", "Entry", "Head", "Journal", "Query", "Row", "Trouble", "Verification"]
