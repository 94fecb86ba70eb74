"""Erasing somebody from this room: no word that was written by or about them is left."""

from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import BinaryField

from answerable.intake.hot.models import Subject
from answerable.practices.remedy.actions.contacts import erase_contact
from answerable.practices.remedy.actions.mailing import NotSentAgain, send_again
from answerable.practices.remedy.models import Notice
from answerable.practices.remedy.queries.letters import letter_of
from tests.inventory.situations import CASEWORKER, DAY, OPERATOR
from tests.practices.remedy.situations import (
    NOW,
    PSEUDONYMS,
    Postbox,
    a_challenge,
    a_contact,
    a_person,
    a_worded_use,
    decide,
    decided,
    look,
    prepare,
    send,
)

pytestmark = pytest.mark.django_db(databases="__all__")


def words_kept() -> dict[str, list[bytes]]:
    """Whatever this room keeps encrypted, by table and column: words, letters, addresses."""
    keys = {"Contact.lookup", "DaySalt.salt", "Tries.key"}
    columns = [
        (model, field.name)
        for model in apps.get_app_config("remedy").get_models()
        for field in model._meta.get_fields()
        if isinstance(field, BinaryField)
    ]
    kept = {
        f"{model.__name__}.{column}": model._default_manager.values_list(column, flat=True)
        for model, column in columns
    }
    return {
        name: [bytes(value) for value in values if bytes(value)]
        for name, values in kept.items()
        if name not in keys
    }


def test_an_erased_person_leaves_no_word_that_was_written_by_or_about_them(
    tmp_path: Path,
) -> None:
    challenge = a_challenge(tmp_path)
    decide(challenge, outcome="refused", at=NOW + 2 * DAY)
    a_contact(2)
    before = words_kept()
    # Their secret went when they opened the letter; everything else is there.
    assert ["Mailing.secret"] == [name for name, kept in before.items() if not kept]
    erase_contact(agency="north", person="person-1", pseudonyms=PSEUDONYMS, by=OPERATOR, at=NOW)
    left = {name: kept for name, kept in words_kept().items() if kept}
    # The other person's contact is left alone.
    assert {"Contact.closed": 1} == {name: len(kept) for name, kept in left.items()}
    assert letter_of(Notice.objects.get(), PSEUDONYMS) is None
    assert Subject.objects.exists()


def test_an_erased_person_is_not_written_to_any_more(tmp_path: Path) -> None:
    a_worded_use(tmp_path)
    token = a_person()
    a_contact()
    decided(token=token)
    look()
    prepare()
    erase_contact(agency="north", person="person-1", pseudonyms=PSEUDONYMS, by=OPERATOR, at=NOW)
    assert not any(words_kept().values())
    post = Postbox()
    assert (0, []) == (send(post), post.taken)
    assert "returned" == Notice.objects.get().state
    with pytest.raises(NotSentAgain):
        send_again(notice=Notice.objects.get().reference, by=CASEWORKER, at=NOW)
