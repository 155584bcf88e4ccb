"""`lacak campaign load|list|show|on|off`: which rules there are, and which of them work."""

import json
import sys

import typer

from bot.cli.campaign.sources import read, unreadable

NAME = typer.Argument(help="Nama kampanye yang sudah dimuat; lihat `lacak campaign list`.")


def load(
    files: list[str] = typer.Argument(help="Berkas .yaml, atau nama kampanye bawaan."),
) -> None:
    """Muat kampanye; gelombang yang sudah terbuka tetap memakai aturan lamanya."""
    from bot.cli.common import acting, fail, opened
    from flows import library
    from scheduler.campaigns.faults import CampaignFaults
    from scheduler.campaigns.read import read_campaign
    from storage import audit, campaigns, forms

    with opened() as service:
        by = acting(service, "admin", "operator")
        with service.database.read() as db:
            known = {*library.names(), *(form_id for _pk, form_id, *_ in forms.versions(db))}
        sources = []
        faults = []
        for file in files:
            try:
                source = read(file)
                sources.append((read_campaign(source, forms=known, are_all=True), source.decode()))
            except OSError as error:
                faults.append(unreadable(file, error))
            except CampaignFaults as error:
                faults += [one.sentence(file) for one in error.faults]
        if faults:
            fail("\n".join(faults))
        now = service.now()
        with service.database.write() as db:
            for campaign, text in sources:
                key, is_new = campaigns.load(db, campaign.name, text, by=by, at=now)
                detail = f"{campaign.name} version {key}"
                audit.note(db, actor=by, action="campaign load", detail=detail, at=now)
                print(f"{campaign.name}: {'dimuat' if is_new else 'sudah dimuat'} (versi {key}).")


def list_campaigns(
    as_json: bool = typer.Option(False, "--json", help="Hasil sebagai JSON."),
) -> None:
    """Sebutkan kampanye yang dimuat, menyala atau tidak."""
    from bot.cli.common import opened
    from storage import campaigns

    with opened() as service:
        with service.database.read() as db:
            found = campaigns.listed(db)
        rules = service.campaigns.rules
        rows = [
            {
                "campaign": one.name,
                "title": rules.of(one.version_id, one.content).campaign.title,
                "form": rules.of(one.version_id, one.content).campaign.form,
                "on_since": one.since.isoformat() if one.since else None,
                "version": one.version_id,
            }
            for one in found
        ]
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        since = f"menyala sejak {row['on_since']}" if row["on_since"] else "mati"
        print(f"{row['campaign']}\t{row['form']}\t{since}\t{row['title']}")
    if not rows:
        print("Belum ada kampanye; muat dulu, misalnya: lacak campaign load tracer")


def show(name: str = typer.Argument(help="Nama kampanye, yang dimuat atau bawaan.")) -> None:
    """Tampilkan berkas satu kampanye; yang bawaan dapat disalin lalu diubah."""
    from bot.cli.common import fail, opened
    from scheduler.campaigns import library
    from storage import campaigns

    with opened() as service, service.database.read() as db:
        loaded = campaigns.find(db, name)
    if loaded is None and name not in library.names():
        fail(f"kampanye '{name}' tidak ada. Bawaan: {', '.join(library.names())}")
    print(loaded.content if loaded else library.source(name).decode(), end="")


def turn_on(
    name: str = NAME,
    yes: bool = typer.Option(False, help="Tanpa mengetik ulang jumlahnya, untuk tugas otomatis."),
) -> None:
    """Nyalakan kampanye; jumlah orang yang segera dikirimi diketik ulang dulu."""
    from datetime import timedelta

    from bot.campaigns.planning import coming
    from bot.campaigns.reminding import said
    from bot.cli.campaign.calendar import print_calendar
    from bot.cli.common import acting, fail, opened
    from storage import audit, campaigns, forms

    with opened() as service:
        by, now = acting(service, "admin", "operator"), service.now()
        with service.database.read() as db:
            loaded = campaigns.find(db, name)
        if loaded is None:
            fail(f"kampanye '{name}' belum dimuat; jalankan: lacak campaign load {name}")
        timing = service.campaigns.rules.of(loaded.version_id, loaded.content)
        form = timing.campaign.form
        with service.database.read() as db:
            if forms.newest(db, form) is None:
                fail(f"kuesioner '{form}' belum terbit; jalankan: lacak form publish {form}")
        if loaded.since is not None:
            print(f"{name} sudah menyala sejak {loaded.since.isoformat()}.")
            return
        today = timing.today(now)
        found = coming(service, until=today + timedelta(days=31), now=now, only=name)
        print_calendar(found)
        if service.settings.twilio_account_sid:
            with service.database.read() as db:
                note = said(db, timing.campaign)
            print(f"\n{note[:1].upper()}{note[1:]}." if note else "")
        soon = sum(one.people for one in found if one.goes_on <= today and not one.too_late)
        if soon and not yes:
            _type_back(soon)
        with service.database.write() as db:
            campaigns.switch(db, name, is_on=True, since=today, by=by, at=now)
            detail = f"{name}, {soon} people now"
            audit.note(db, actor=by, action="campaign on", detail=detail, at=now)
    print(f"{name} menyala; dikerjakan oleh `lacak serve`.")


def turn_off(name: str = NAME) -> None:
    """Matikan kampanye: tidak ada gelombang baru; yang sudah terbuka diselesaikan."""
    from bot.cli.common import acting, fail, opened
    from storage import audit, campaigns

    with opened() as service:
        by, now = acting(service, "admin", "operator"), service.now()
        with service.database.write() as db:
            if campaigns.find(db, name) is None:
                fail(f"kampanye '{name}' belum dimuat; lihat: lacak campaign list")
            if campaigns.switch(db, name, is_on=False, since=None, by=by, at=now):
                audit.note(db, actor=by, action="campaign off", detail=name, at=now)
    print(f"{name} mati. Menghentikan gelombang yang terbuka: lacak blast stop ID")


def _type_back(number: int) -> None:
    from bot.cli.common import fail

    print(f"\nKetik jumlah yang segera dikirimi ({number}): ", end="", flush=True)
    if sys.stdin.readline().strip() != str(number):
        fail("Tidak dinyalakan: jumlahnya tidak sama.")
