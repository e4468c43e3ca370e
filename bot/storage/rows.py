"""What several tables need of a row."""

from typing import Any

import sqlalchemy as sa


def inserted_id(result: sa.CursorResult[Any]) -> int:
    """The id that the database gave to the one row just inserted."""
    key = result.inserted_primary_key
    if key is None:
        raise LookupError("nothing was inserted")
    return int(key[0])
