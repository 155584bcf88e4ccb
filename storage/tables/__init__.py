"""The tables, one noun a file."""

from storage.tables.alert import Alert
from storage.tables.audit import Audit
from storage.tables.blast import Blast, MessageTemplate
from storage.tables.campaign import Campaign, CampaignVersion
from storage.tables.channel import Attempt, ChannelState, Receipt, Window
from storage.tables.cohort import Cohort, Membership
from storage.tables.consent import Consent, Stop
from storage.tables.content import Content
from storage.tables.draft import Draft, DraftComment, DraftRound, DraftStep
from storage.tables.enquiry import Enquiry, EnquiryLine
from storage.tables.form import FormVersion
from storage.tables.inbox import Inbound, Stray
from storage.tables.interview import Interview
from storage.tables.joining import JoinLink
from storage.tables.media import Media
from storage.tables.memo import Memo
from storage.tables.mirror import MirrorLink, MirrorQuota, MirrorRow, MirrorSheet
from storage.tables.naming import Naming
from storage.tables.news import News
from storage.tables.outbox import Owed
from storage.tables.placement import Placement
from storage.tables.privacy import (
    IdentityTry,
    Keyring,
    KeyRotation,
    PrivacyRequest,
    Tombstone,
)
from storage.tables.respondent import Address, ColumnMapping, Merged, Respondent, StudentNumber
from storage.tables.staff import Staff, StaffLink, StaffMessage, StaffPending
from storage.tables.wave import Audience, Wave

__all__ = [
    "Address",
    "Alert",
    "Attempt",
    "Audience",
    "Audit",
    "Blast",
    "Campaign",
    "CampaignVersion",
    "ChannelState",
    "Cohort",
    "ColumnMapping",
    "Consent",
    "Content",
    "Draft",
    "DraftComment",
    "DraftRound",
    "DraftStep",
    "Enquiry",
    "EnquiryLine",
    "FormVersion",
    "IdentityTry",
    "Inbound",
    "Interview",
    "JoinLink",
    "KeyRotation",
    "Keyring",
    "Media",
    "Membership",
    "Memo",
    "Merged",
    "MessageTemplate",
    "MirrorLink",
    "MirrorQuota",
    "MirrorRow",
    "MirrorSheet",
    "Naming",
    "News",
    "Owed",
    "Placement",
    "PrivacyRequest",
    "Receipt",
    "Respondent",
    "Staff",
    "StaffLink",
    "StaffMessage",
    "StaffPending",
    "Stop",
    "Stray",
    "StudentNumber",
    "Tombstone",
    "Wave",
    "Window",
]
