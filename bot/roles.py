"""What the roles of staff may see (design §9)."""

from storage.cohorts import Batch
from storage.staff import StaffRow


def may_see(who: StaffRow, batch: Batch) -> bool:
    """Whether a cohort is theirs: coordinators see their own prodi, comma between."""
    if who.role != "coordinator":
        return True
    own = {part.strip().casefold() for part in who.prodi.split(",") if part.strip()}
    return batch.prodi.casefold() in own
