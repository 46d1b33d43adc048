"""Runs the conformance suites against every engine of conftest.ENGINES."""

from tests.search.conformance import *  # noqa: F403 - pytest collects what is imported
