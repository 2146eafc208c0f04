"""A base class for models."""

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

NAMING_CONVENTION = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
"""Names for constraints that nobody named: a migration can only drop what has a name.
https://alembic.sqlalchemy.org/en/latest/naming.html"""


class Base(DeclarativeBase):
    """A declarative base whose constraints all have names. Any other base will do as well."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)
