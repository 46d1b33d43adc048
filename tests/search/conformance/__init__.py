"""What every engine must do. The suites are collected by tests/search/test_conformance.py, once for each engine."""

from tests.search.conformance.counting import TestFacets, TestFilters, TestVisibility
from tests.search.conformance.finding import TestCaptions, TestHighlights, TestOddTexts, TestWords
from tests.search.conformance.ordering import TestOrder, TestPages
from tests.search.conformance.ranking import TestJudgedQueries, TestRanking
from tests.search.conformance.writing import TestDrift, TestRebuild, TestWriting

__all__ = [
    "TestCaptions",
    "TestDrift",
    "TestFacets",
    "TestFilters",
    "TestHighlights",
    "TestJudgedQueries",
    "TestOddTexts",
    "TestOrder",
    "TestPages",
    "TestRanking",
    "TestRebuild",
    "TestVisibility",
    "TestWords",
    "TestWriting",
]
