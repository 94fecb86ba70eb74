"""The public register: what runs is said, compared with what runs, and dated."""

from answerable.practices.openness.actions import comparing, publishing, signing, stating
from answerable.project.demo.cast import APPROVER, COUNTY, OWNER, REVIEWER
from answerable.project.demo.scene import USE, Scene

ROOM = "openness"
_POLICY = """The county (invented) uses a computer score about people who wait for a trial.

Nobody is held because of a score alone: a judge decides, and hears the person.
Whoever is called a high risk gets a letter that says so, and how to challenge it.
What was found wrong stands in the register, with the numbers.
"""


def publish(scene: Scene) -> None:
    """Publish the policy, the way out, and the record."""
    policy = stating.publish_policy(
        agency=COUNTY, language="en", text=_POLICY, by=scene.by(APPROVER), at=scene.next()
    )
    scene.tell(ROOM, "The policy was published", policy.entry)
    stating.offer_opt_out(
        use=USE,
        route="Tell the clerk, or say so behind the code of your letter: a person decides.",
        by=scene.by(OWNER),
        at=scene.next(),
    )
    record = publishing.publish(use=USE, by=scene.by(OWNER), at=scene.next())
    scene.tell(ROOM, "The register tells of it, before its first watched decision", record.entry)


def compare(scene: Scene) -> None:
    """Publish what has changed, and compare all of it with what runs."""
    record = publishing.publish(use=USE, by=scene.by(OWNER), at=scene.next())
    scene.tell(ROOM, f"The register's record number {record.number} was published", record.entry)
    compared = comparing.compare(
        use=USE, machine=scene.machine, by=scene.by(REVIEWER), at=scene.next()
    )
    scene.tell(ROOM, "The record was compared with what runs", compared.entry)
    signing.sign_off(use=USE, version=scene.version, by=scene.by(REVIEWER), at=scene.next())
