"""The tables, one noun a file."""

from storage.tables.audit import Audit
from storage.tables.cohort import Cohort, Membership
from storage.tables.consent import Consent, Stop
from storage.tables.form import FormVersion
from storage.tables.inbox import Inbound
from storage.tables.interview import Interview
from storage.tables.outbox import Owed
from storage.tables.respondent import Address, Respondent

__all__ = [
    "Address", "Audit", "Cohort", "Consent", "FormVersion", "Inbound", "Interview",
    "Membership", "Owed", "Respondent", "Stop",
]  # fmt: skip
