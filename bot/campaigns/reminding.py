"""Which template a campaign's WhatsApp messages go by where free text may not."""

from typing import TYPE_CHECKING

from storage import templates

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from scheduler.campaigns.model import Campaign


def said(db: "Connection", campaign: "Campaign") -> str:
    """Return in staff's words what reminders go by; nothing where none goes by WhatsApp."""
    if "whatsapp" not in campaign.channels or not campaign.reminders:
        return ""
    form = campaign.form
    found = templates.for_reminder(db, form)
    if found is None:
        return (
            f"belum ada templat WhatsApp yang disetujui untuk {form}: undangan dan pengingatnya "
            f"tidak dapat dikirim lewat WhatsApp; jalankan: lacak template submit {form}"
        )
    if found.form_id != form:
        return f"pengingat WhatsApp memakai templatnya sendiri ({found.sid})"
    return (
        f"pengingat WhatsApp memakai templat undangan {form} ({found.sid}); agar berbunyi lain: "
        f"lacak template submit {form} --for reminder"
    )
