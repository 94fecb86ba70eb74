"""The six stages of a system's life, and which follows which."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Stage(StrEnum):
    """A stage of the joint statement's lifecycle (S1)."""

    DESIGN = "design"
    DEVELOP = "develop"
    PROCURE = "procure"
    DEPLOY = "deploy"
    USE = "use"
    DECOMMISSION = "decommission"


_D = Stage

FOLLOWS: Mapping[Stage, frozenset[Stage]] = MappingProxyType(
    {
        _D.DESIGN: frozenset({_D.DEVELOP, _D.PROCURE, _D.DECOMMISSION}),
        _D.DEVELOP: frozenset({_D.DESIGN, _D.PROCURE, _D.DEPLOY, _D.DECOMMISSION}),
        _D.PROCURE: frozenset({_D.DESIGN, _D.DEVELOP, _D.DEPLOY, _D.DECOMMISSION}),
        _D.DEPLOY: frozenset({_D.DESIGN, _D.DEVELOP, _D.PROCURE, _D.USE, _D.DECOMMISSION}),
        _D.USE: frozenset({_D.DESIGN, _D.DEVELOP, _D.PROCURE, _D.DEPLOY, _D.DECOMMISSION}),
        # What is brought back starts over.
        _D.DECOMMISSION: frozenset({_D.DESIGN}),
    }
)
"""The stages that may follow each: forward one step at a time, and back to any."""

BY_APPROVER = frozenset({Stage.DEPLOY, Stage.USE, Stage.DECOMMISSION})
"""The stages that an approving official moves a use to; the owner moves it to the others."""

RUNNING = frozenset({Stage.DEPLOY, Stage.USE})
"""The stages in which a use may decide about people, if its permit says so."""
