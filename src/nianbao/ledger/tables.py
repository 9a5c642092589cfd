"""The tables of a ledger, and how an older one is brought forward."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    inspect,
    text,
)


METADATA = MetaData()
EVENTS = Table(
    "nianbao_event",
    METADATA,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", String(40), nullable=False),
    Column("who", Text, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("body", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    UniqueConstraint("hash", name="nianbao_event_hash"),
)
HEADS = Table(
    "nianbao_head",
    METADATA,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
)
"""The last event of each year, written with it: so it is noticed when the last ones are gone."""

SCHEMA = Table(
    "nianbao_schema",
    METADATA,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("at", String(40), nullable=False),
    Column("program", String(40), nullable=False),
)
"""Every version that the tables have had."""

Migration = Callable[[Connection], None]


def _first(connection: Connection) -> None:
    """Make the tables, and have the database refuse to change or remove an event."""
    METADATA.create_all(connection)
    for statement in _GUARDS[connection.dialect.name]:
        connection.execute(text(statement))


_GUARDS = {
    "sqlite": [
        f"CREATE TRIGGER nianbao_no_{act.lower()} BEFORE {act} ON nianbao_event "
        "BEGIN SELECT RAISE(ABORT, 'events are never changed'); END"
        for act in ("UPDATE", "DELETE")
    ],
    "postgresql": [
        """
        CREATE FUNCTION nianbao_refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'events are never changed'; END $$
        """,
        """
        CREATE TRIGGER nianbao_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON nianbao_event
        FOR EACH STATEMENT EXECUTE FUNCTION nianbao_refuse()
        """,
    ],
}

MIGRATIONS: tuple[Migration, ...] = (_first,)
"""The steps forward: after the n-th the tables are of version n."""


def version(connection: Connection) -> int | None:
    """Return the version of the tables, 0 in an empty database, None in one of something else."""
    tables = inspect(connection).get_table_names()
    if SCHEMA.name not in tables:
        return None if connection.dialect.name == "sqlite" and tables else 0
    found = connection.execute(text("SELECT max(version) FROM nianbao_schema")).scalar()
    return found if isinstance(found, int) else None


def migrate(
    connection: Connection, steps: Sequence[Migration], since: int, at: str, program: str
) -> None:
    """Bring the tables forward, in the transaction that the caller has begun."""
    for number, step in enumerate(steps[since:], since + 1):
        step(connection)
        connection.execute(SCHEMA.insert(), {"version": number, "at": at, "program": program})
