"""The providers: whether they answer, know us, and know where to call."""

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.channels.contract import NotAnswered, Trouble
from bot.doctor import Finding, fault, look, well
from bot.listening import PATH

if TYPE_CHECKING:
    from bot.channels.telegram import Telegram
    from bot.channels.whatsapp import WhatsApp
    from bot.service import Service


async def reached(service: "Service") -> Sequence[Finding]:
    """Look at each provider that is set up."""
    gateways = service.gateways
    found: list[Finding] = []
    if gateways.telegram is not None:
        found += await _telegram(service, gateways.telegram)
    if gateways.whatsapp is not None:
        found.append(await _whatsapp(service, gateways.whatsapp))
    if not found:
        said = "belum ada; hanya percakapan web"
        found.append(well("saluran", said))
    await gateways.close()
    return found


async def _telegram(service: "Service", telegram: "Telegram") -> list[Finding]:
    try:
        name = await telegram.username()
        webhook = await telegram.webhook()
    except NotAnswered as error:
        if error.trouble is Trouble.UNAUTHORISED:
            return [fault("Telegram", "menolak token bot", "periksa TELEGRAM_TOKEN")]
        todo = "periksa sambungan internet dan TELEGRAM_BASE_URL"
        return [fault("Telegram", f"tidak terjangkau ({error})", todo)]
    found = [well("Telegram", f"@{name}")]
    public = service.settings.public_url.rstrip("/")
    wanted = public + PATH if public else ""
    what = "webhook Telegram"
    if webhook.url != wanted:
        said = f"tercatat {webhook.url or 'tidak ada'}, seharusnya {wanted or 'tidak ada'}"
        found.append(look(what, said, "`lacak serve` memperbaikinya saat mulai"))
    elif wanted:
        found.append(well(what, webhook.url))
    if webhook.last_error:
        at = f"{webhook.last_error_at:%d-%m %H.%M} UTC: " if webhook.last_error_at else ""
        todo = "buka PUBLIC_URL dari luar; periksa sertifikat dan proxy"
        found.append(look(what, f"gagal {at}{webhook.last_error}", todo))
    if webhook.pending > 100:
        todo = "jalankan `lacak serve`; Telegram menyimpannya paling lama 24 jam"
        found.append(look(what, f"{webhook.pending} pesan menunggu di Telegram", todo))
    return found


async def _whatsapp(service: "Service", whatsapp: "WhatsApp") -> Finding:
    try:
        await whatsapp.inbound_since(service.now() - timedelta(minutes=1))
    except NotAnswered as error:
        todo = "periksa TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN dan TWILIO_WHATSAPP_FROM"
        return fault("WhatsApp (Twilio)", f"tidak dapat dipakai ({error})", todo)
    public = service.settings.public_url.rstrip("/")
    if not public:
        todo = "isi PUBLIC_URL; tanpa itu pesan masuk baru terlihat tiap 10 menit"
        return look("WhatsApp (Twilio)", "menjawab, tetapi tidak dapat memanggil kita", todo)
    return well("WhatsApp (Twilio)", f"menjawab; webhook di Twilio: {public}/hooks/whatsapp")
