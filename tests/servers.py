"""The real servers that some tests want, by the variables that script/services prints.

A test that wants one that is not there is skipped with the reason; with CI=true that is a failure.
"""

import os

import pytest

VARIABLES = {
    "minio": "ACERVO_TEST_MINIO",
    "versitygw": "ACERVO_TEST_VERSITYGW",
    "elasticsearch": "ACERVO_TEST_ELASTICSEARCH",
    "postgresql": "ACERVO_TEST_POSTGRES",
}
#: The servers that speak S3: what is tested on one is tested on the other.
S3 = ("minio", "versitygw")


def runs(name: str) -> bool:
    """Whether a server is there."""
    return bool(os.environ.get(VARIABLES[name]))


def address(name: str) -> str:
    """The address of a server, http://… or postgresql://…; skips the test where it does not run."""
    value = os.environ.get(VARIABLES[name], "")
    if not value:
        pytest.skip(f'{name} does not run here: eval "$(script/services start {name})"')
    return value
