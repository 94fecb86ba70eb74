"""Whoever is unlinked is counted, and where nothing counts it nothing starts."""

import pytest
from django.db import connections, models

from answerable.intake.hot import guards
from answerable.intake.hot.guards import UnlinkingNotCounted
from answerable.intake.hot.models import Head, Subject
from answerable.intake.hot.store import alias
from answerable.project.database import bring_up_to_date, check_up_to_date

pytestmark = pytest.mark.django_db(databases="__all__")

IN_POSTGRES = connections[alias()].vendor == "postgresql"
DROP = f"DROP TRIGGER hot_subject_unlinked{' ON hot_subject' if IN_POSTGRES else ''}"

HOLLOW = (
    "CREATE OR REPLACE FUNCTION hot_subject_unlinked() RETURNS trigger LANGUAGE plpgsql "
    "AS $$BEGIN RETURN NULL; END$$"
)


def do(statement: str) -> None:
    with connections[alias()].cursor() as cursor:
        cursor.execute(statement)


def unlinked_after_one_more() -> int:
    """How often people were unlinked, after somebody is."""
    Head.objects.get_or_create(pk=1, defaults={"seq": 0, "commits": 0})
    Subject.objects.create(
        lookup=b"l" * 16, agency="north", use="", token=b"t" * 16, ciphertext=b"c", made_us=0
    )
    Subject.objects.all().delete()
    return Head.objects.get().unlinked


def test_on_fresh_tables_somebody_who_is_unlinked_is_counted() -> None:
    guards.check()
    assert 1 == unlinked_after_one_more()
    guards.put_up()
    # Nothing was missing, so nothing was put up, and nobody has to forget anything.
    assert 2 == unlinked_after_one_more()


def test_without_its_trigger_nothing_starts_and_the_sentence_says_what_to_do() -> None:
    do(DROP)
    assert 0 == unlinked_after_one_more()
    with pytest.raises(UnlinkingNotCounted) as refused:
        check_up_to_date()
    assert "hot_subject_unlinked is missing or changed" in refused.value.sentence
    assert "answerable init" in str(refused.value)
    bring_up_to_date()
    check_up_to_date()
    # Whoever was unlinked meanwhile counts too: 1 for putting it up, 1 for who comes now.
    assert 2 == unlinked_after_one_more()


@pytest.mark.skipif(IN_POSTGRES, reason="as SQLite writes it")
def test_a_trigger_that_counts_nothing_and_one_that_swallows_are_noticed_on_sqlite() -> None:
    do(DROP)
    do(
        "CREATE TRIGGER hot_subject_unlinked AFTER DELETE ON hot_subject "
        "BEGIN UPDATE hot_head SET unlinked = unlinked; END"
    )
    with pytest.raises(UnlinkingNotCounted, match="missing or changed"):
        guards.check()
    guards.put_up()
    do("CREATE TRIGGER swallow BEFORE DELETE ON hot_subject BEGIN SELECT RAISE(IGNORE); END")
    # That is nobody's of ours: it is not taken down.
    guards.put_up()
    with pytest.raises(UnlinkingNotCounted, match="swallow does not belong there"):
        guards.check()


@pytest.mark.skipif(not IN_POSTGRES, reason="as PostgreSQL writes it")
@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE hot_subject DISABLE TRIGGER hot_subject_unlinked",
        HOLLOW,
    ],
)
def test_a_trigger_that_counts_nothing_is_noticed_on_postgres(statement: str) -> None:
    do(statement)
    with pytest.raises(UnlinkingNotCounted, match="missing or changed"):
        guards.check()
    guards.put_up()
    guards.check()


@pytest.mark.skipif(IN_POSTGRES, reason="PostgreSQL does not rebuild tables")
@pytest.mark.django_db(databases="__all__", transaction=True)
def test_a_table_rebuild_drops_the_trigger_is_noticed_and_mended_by_the_next_update() -> None:
    # The way in which a migration changes a column: copy, drop, rename.
    for wide in (41, 40):
        old, new = models.CharField(max_length=81 - wide), models.CharField(max_length=wide)
        for column in (old, new):
            column.set_attributes_from_name("agency")
            column.model = Subject
        with connections[alias()].schema_editor(atomic=False) as editor:
            editor.alter_field(Subject, old, new)
    with pytest.raises(UnlinkingNotCounted):
        guards.check()
    bring_up_to_date()
    guards.check()
