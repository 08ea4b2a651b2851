"""Whether the database has changed since one last looked, asked as cheaply as the database allows."""

import time

from django.db import connection

BLIND_SECONDS = 0.2


class Changes:
    """One watcher's memory. On SQLite a look costs microseconds; elsewhere it is a clock.

    Belongs to the thread that uses it: SQLite counts the writes of other connections only.
    """

    def __init__(self) -> None:
        self.version: int | None = None
        self.looked = 0.0

    def happened(self) -> bool:
        """True when somebody else has written since the last call, or may have."""
        if connection.vendor != "sqlite":
            if time.monotonic() - self.looked < BLIND_SECONDS:
                return False
            self.looked = time.monotonic()
            return True
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA data_version")
            version = int(cursor.fetchone()[0])
        changed, self.version = version != self.version, version
        return changed
