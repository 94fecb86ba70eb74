"""C2SP tlog-checkpoint: the example in the specification.

Source: https://c2sp.org/tlog-checkpoint. The log's key is not published, so the signature
line is taken apart but not checked.
"""

from answerable.record import notes
from answerable.record.checkpoints import Checkpoint

SIGNATURE = (
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8="
)
TEXT = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
NOTE = f"{TEXT}\n\N{EM DASH} example.com/behind-the-sofa {SIGNATURE}\n".encode()


def test_the_example_is_read_and_written_as_published() -> None:
    note = notes.parse(NOTE)
    checkpoint = Checkpoint.parse(note.text)
    assert checkpoint.origin == "example.com/behind-the-sofa"
    assert checkpoint.size == 20852163
    assert checkpoint.text == TEXT
    assert [signature.name for signature in note.signatures] == [checkpoint.origin]
