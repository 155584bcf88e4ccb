"""The sample office's data: made once, found again by the next demo."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from bot.channels.webchat import KIND, SIMULATED
from bot.demo import people
from bot.roster import read_roster, store_roster
from bot.service import Service
from bot.settings import DEMO_KEY, Settings, read_settings
from storage import cohorts, forms, interviews, respondents

FORM = "kebekerjaan"
ZONE = "Asia/Makassar"
OFFICE = "BPVP Contoh Kendari"
PARTICIPANTS = "peserta-siapkerja.xlsx"
RESPONSES = "tanggapan.xlsx"
ENV = "kantor.env"


@dataclass(frozen=True, slots=True)
class Sample:
    """Who you are in the demo, and (respondent, address) of everyone simulated."""

    address_id: int
    name: str
    others: list[tuple[int, int]]
    form_pk: int


def demo_settings(folder: Path) -> Settings:
    """Return the sample office's settings, written down for `lacak --env`; none are read."""
    settings = {
        "DATABASE_URL": f"sqlite:///{folder / 'lacak.db'}",
        "SECRET_KEY": DEMO_KEY,
        "OFFICE_NAME": OFFICE,
        "OFFICE_TIMEZONE": ZONE,
        "OFFICE_CONTACT": "0401-000000",
        "LACAK_STAFF": "demo",
    }
    folder.mkdir(parents=True, exist_ok=True)
    lines = [f'{name}="{value}"' for name, value in settings.items()]
    (folder / ENV).write_text("\n".join(lines) + "\n", "utf-8")
    return read_settings(settings, env_file=None)


def make_sample(service: Service, folder: Path) -> Sample:
    """Return the sample office, importing its alumni and inviting them on the first run."""
    path = folder / PARTICIPANTS
    if not path.exists():
        people.workbook(path, today=service.now().date())
    with service.database.write() as db:
        form_pk = forms.newest(db, FORM) or _publish(service, db)
        if not cohorts.listed(db):
            roster = read_roster(path.read_bytes(), zone=ZONE)
            if roster.faults:
                raise ValueError(f"the sample workbook has faults: {roster.faults[:3]}")
            store_roster(db, service.vault, roster.participants, at=service.now())
        return _invite(service, db, form_pk)


def _publish(service: Service, db: Connection) -> int:
    from flows import library  # noqa: PLC0415 -- publishing loads pyxform
    from flows.xlsform import publish  # noqa: PLC0415

    return forms.publish(db, publish(library.source(FORM)), at=service.now())


def _invite(service: Service, db: Connection, form_pk: int) -> Sample:
    """Invite everyone; the first person of the first batch is you."""
    you: tuple[int, str] | None = None
    others: list[tuple[int, int]] = []
    for batch, _members in cohorts.listed(db):
        for respondent_id in cohorts.members(db, batch.id):
            channel = KIND if you is None else SIMULATED
            known = respondents.addresses(db, respondent_id).get(channel)
            if known and interviews.has_one(db, respondent_id, form_pk, batch.id):
                address_id, name = known.id, respondents.get(db, respondent_id).name
            else:
                invited = service.invitations.person(
                    db, respondent_id, batch, form_pk, now=service.now(), channel=channel
                )
                address_id, name = invited.address_id, invited.name
            if you is None:
                you = (address_id, name)
            else:
                others.append((respondent_id, address_id))
    if you is None:
        raise ValueError("the sample office has no alumni")
    return Sample(you[0], you[1], others, form_pk)
