"""The life of a blast: which status may become which, and when it pauses by itself."""

from collections.abc import Mapping
from enum import StrEnum

REFUSALS = 20
"""So many refusals in a row, and a blast pauses: something is wrong with it, not with people."""


BY_STAFF = "dijeda petugas"
"""Why a blast is paused that staff paused; any other reason is a case for them."""


class BlastStatus(StrEnum):
    """Where a blast stands."""

    PREPARING = "preparing"  # its messages are being written down; none is sent
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    FINISHED = "finished"


MAY_BECOME: Mapping[BlastStatus, frozenset[BlastStatus]] = {
    BlastStatus.PREPARING: frozenset({BlastStatus.RUNNING, BlastStatus.STOPPED}),
    BlastStatus.RUNNING: frozenset({BlastStatus.PAUSED, BlastStatus.STOPPED, BlastStatus.FINISHED}),
    BlastStatus.PAUSED: frozenset({BlastStatus.RUNNING, BlastStatus.STOPPED}),
    BlastStatus.STOPPED: frozenset(),
    BlastStatus.FINISHED: frozenset({BlastStatus.RUNNING}),  # a person resent an unknown message
}


class NotAllowed(Exception):
    """A blast in this status cannot become that; nothing changed."""
