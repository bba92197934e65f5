"""The tables. A payload is a noun as ASCII JSON; the columns beside it are what queries look for.

Every table but `accounts` only grows: the migrations add triggers that refuse anything but an insert.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ColumnClause,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    literal_column,
)

from simulator.archive.columns import AnyText, UtcTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

IS_MARKED: ColumnClause[bool] = literal_column("action = 'marked'")
"""A literal, not a parameter: only then do the planners use the partial index on it."""

_Sequence = BigInteger().with_variant(Integer(), "sqlite")  # SQLite numbers rows by itself in an INTEGER key only

encounters = Table(
    "encounters",
    metadata,
    Column("sequence", _Sequence, primary_key=True),
    Column("id", AnyText, nullable=False, unique=True),
    Column("candidate", AnyText, nullable=False),
    Column("station", AnyText, nullable=False),
    Column("opened_at", UtcTime, nullable=False),
    Column("payload", Text, nullable=False),
    Index(None, "candidate", "opened_at"),
    Index(None, "opened_at"),
)

entries = Table(
    "entries",
    metadata,
    Column("encounter_id", AnyText, ForeignKey("encounters.id"), primary_key=True),
    Column("number", Integer, CheckConstraint("number >= 1", name="from_one"), primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("action", Text),
    Column("at", UtcTime, nullable=False),
    Column("message_digest", Text),  # SHA-256 of the message id, which a client chooses and may make any length
    Column("payload", Text, nullable=False),
)
Index(
    "uq_entries_message",
    entries.c.encounter_id,
    entries.c.message_digest,
    unique=True,
    sqlite_where=entries.c.message_digest.is_not(None),
    postgresql_where=entries.c.message_digest.is_not(None),
)
Index("ix_entries_marked", entries.c.encounter_id, sqlite_where=IS_MARKED, postgresql_where=IS_MARKED)

grades = Table(
    "grades",
    metadata,
    Column("sequence", _Sequence, primary_key=True),
    Column("encounter_id", AnyText, ForeignKey("encounters.id"), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("grader", AnyText, nullable=False),
    Column("payload", Text, nullable=False),
    Index(None, "encounter_id", "at"),
)

reviews = Table(
    "reviews",
    metadata,
    Column("sequence", _Sequence, primary_key=True),
    Column("encounter_id", AnyText, ForeignKey("encounters.id"), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("reviewer", AnyText, nullable=False),
    Column("payload", Text, nullable=False),
    Index(None, "encounter_id", "at"),
)

texts = Table(
    "texts",
    metadata,
    Column("fingerprint", AnyText, primary_key=True),  # SHA-256 of the value's canonical JSON
    Column("body", Text, nullable=False),  # a scenario or a rubric as an attempt ran with it
)

accounts = Table(
    "accounts",
    metadata,
    Column("id", AnyText, primary_key=True),
    Column("name", AnyText, nullable=False),
    Column("name_key", AnyText, nullable=False, unique=True),
    Column("role", Text, nullable=False),
    Column("language", Text),
    Column("time_factor", Float, nullable=False),
    Column("session_version", Integer, nullable=False),
    Column("is_closed", Boolean, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("password_hash", Text, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("sequence", _Sequence, primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("who", AnyText),  # no foreign key: the line outlives the account
    Column("what", AnyText, nullable=False),
    Column("about", AnyText, nullable=False),
    Index(None, "at"),
)

spending = Table(
    "spending",
    metadata,
    Column("sequence", _Sequence, primary_key=True),
    Column("at", UtcTime, nullable=False, index=True),
    Column("call", AnyText, nullable=False),
    Column("encounter", AnyText, nullable=False, index=True),  # no foreign key: demonstrations keep no encounter
    Column("candidate", AnyText, nullable=False, index=True),
    Column("cohort", AnyText, nullable=False, index=True),
    Column("model", AnyText, nullable=False),
    Column("what", Text, nullable=False),
    Column("tokens", BigInteger, nullable=False),
    Column("cost", Float, nullable=False),
)
