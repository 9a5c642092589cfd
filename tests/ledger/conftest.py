"""One suite on three stores; PostgreSQL's is left out where it is not, unless CI is to have it."""

from __future__ import annotations

import os

import pytest

import ledgers


@pytest.fixture(scope="session")
def postgres():
    """The URL of a PostgreSQL server, started once for each process of the tests."""
    if not os.environ.get("NIANBAO_POSTGRES") and ledgers.programs() is None:
        if os.environ.get("CI") == "true":
            pytest.fail("PostgreSQL is missing, which .ci/run installs")
        pytest.skip("PostgreSQL is not installed")
    with ledgers.server() as url:
        yield url


@pytest.fixture
def database(postgres):
    """The URL of an empty database."""
    with ledgers.database(postgres) as url:
        yield url


@pytest.fixture(params=["memory", "file", "postgres"])
def where(request, tmp_path):
    """Where a ledger of each sort stands."""
    if request.param == "postgres":
        return request.getfixturevalue("database")
    return tmp_path / "台账.sqlite" if request.param == "file" else None


@pytest.fixture(params=["file", "postgres"])
def shared(request, tmp_path):
    """Where a ledger of each sort stands that several can open."""
    if request.param == "postgres":
        return request.getfixturevalue("database")
    return tmp_path / "台账.sqlite"


@pytest.fixture
def ledger(where):
    with ledgers.opened(where) as one:
        yield one
