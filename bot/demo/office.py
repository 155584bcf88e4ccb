"""The sample office's data: made once, found again by the next demo."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from bot.blasts import Blasts
from bot.channels.webchat import KIND, SIMULATED
from bot.demo import people
from bot.drafts.desk import Drafting
from bot.roster import read_roster, store_roster
from bot.service import Service
from bot.settings import DEMO_KEY, Settings, read_settings
from storage import cohorts, forms, respondents
from storage.drafts import Submission

FORM = "kebekerjaan"
ZONE = "Asia/Makassar"
OFFICE = "BPVP Contoh Kendari"
PARTICIPANTS = "peserta-siapkerja.xlsx"
COPIES = "salinan"
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
        "COPY_FOLDER": str(folder / COPIES),
        "LACAK_STAFF": "demo",
    }
    folder.mkdir(parents=True, exist_ok=True)
    lines = [f'{name}="{value}"' for name, value in settings.items()]
    (folder / ENV).write_text("\n".join(lines) + "\n", "utf-8")
    return read_settings(settings, env_file=None)


def make_sample(service: Service, folder: Path) -> Sample:
    """Return the sample office; the first run imports its alumni and sends them a blast."""
    path = folder / PARTICIPANTS
    if not path.exists():
        people.workbook(path, today=service.now().date())
    form_pk = _published(service)
    with service.database.write() as db:
        if not cohorts.listed(db):
            roster = read_roster(path.read_bytes(), zone=ZONE)
            if roster.faults:
                raise ValueError(f"the sample workbook has faults: {roster.faults[:3]}")
            store_roster(db, service.vault, roster.participants, at=service.now())
        you, others = _addresses(service, db)
        batches = [batch.name for batch, _members in cohorts.listed(db)]
        name = respondents.get(db, you[0]).name
    blasts = Blasts(service)
    for batch in batches:
        blasts.send(blasts.plan(FORM, batch, channel="web"), actor="demo")
    return Sample(you[1], name, others, form_pk)


def _published(service: Service) -> int:
    from flows import library  # noqa: PLC0415 -- publishing loads pyxform
    from flows.xlsform import load, publish  # noqa: PLC0415

    with service.database.read() as db:
        form_pk = forms.newest(db, FORM)
    if form_pk is not None:
        return form_pk
    source = library.source(FORM)
    artefact = publish(source)
    ours = Submission(artefact, load(artefact).title, FORM, source)
    Drafting(service).publish_ours(ours, actor="demo")
    return _published(service)


def _addresses(service: Service, db: Connection) -> tuple[tuple[int, int], list[tuple[int, int]]]:
    """Return (respondent, address) of you, the first of the first batch, and of all others."""
    everyone = [one for batch, _n in cohorts.listed(db) for one in cohorts.members(db, batch.id)]
    found: list[tuple[int, int]] = []
    for number, one in enumerate(everyone):
        channel = SIMULATED if number else KIND
        found.append((one, service.invitations.address(db, one, channel, service.now())))
    if not found:
        raise ValueError("the sample office has no alumni")
    return found[0], found[1:]
