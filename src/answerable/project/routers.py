"""Which room's tables lie in which database."""

from django.conf import settings
from django.db.models import Model


class HotRows:
    """Keep the hot rows of the decision log in their database, all other tables in `default`."""

    def db_for_read(self, model: type[Model], **_hints: object) -> str:
        """Name the database to read a model from."""
        return _home(model._meta.app_label)

    def db_for_write(self, model: type[Model], **_hints: object) -> str:
        """Name the database to write a model to."""
        return _home(model._meta.app_label)

    def allow_migrate(self, db: str, app_label: str, **_hints: object) -> bool:
        """Say whether a room's tables are made in a database."""
        return db == _home(app_label)


def _home(app_label: str) -> str:
    return "decisions" if app_label == "hot" and "decisions" in settings.DATABASES else "default"
