"""What a page posts, read within bounds; and how a request is refused kindly."""

from urllib.parse import parse_qs

from fastapi import Request


class Refused(Exception):
    """A request we do not take: HTTP status, and a heading and sentence for people."""

    def __init__(self, status: int, heading: str, sentence: str) -> None:
        super().__init__(status)
        self.status = status
        self.heading = heading
        self.sentence = sentence


class Unreadable(ValueError):
    """A body that is no form of a page of ours."""


async def read_body(request: Request, most: int) -> bytes:
    """Return the body of a form; raises `Refused` for another type, or more bytes than `most`."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise Refused(415, "Belum terkirim", "Kirim lewat kotak jawaban di halaman ini, ya Kak.")
    return await _bounded(request, most, "Jawabannya terlalu panjang, Kak.")


async def read_file(request: Request, most: int) -> bytes:
    """Return a body that is a file; raises `Refused` when it is empty or has more than `most`.

    A form cannot post it: another site's page could make a browser do that unseen.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/octet-stream":
        raise Refused(415, "Belum terkirim", "Kirim lewat tombol lampiran di halaman ini, ya Kak.")
    limit = f"Kirimannya terlalu besar, Kak; paling besar {most // 1_000_000} MB."
    content = await _bounded(request, most, limit)
    if not content:
        raise Refused(422, "Belum terkirim", "Berkasnya kosong, Kak.")
    return content


async def _bounded(request: Request, most: int, sentence: str) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise Refused(413, "Terlalu panjang", sentence)
    return bytes(body)


def read_fields(body: bytes, most: int) -> dict[str, str]:
    """Return the fields of a form, at most so many.

    Raises:
        Unreadable
    """
    try:
        parsed = parse_qs(
            body.decode("ascii"), keep_blank_values=True, max_num_fields=most, errors="strict"
        )
    except ValueError:
        raise Unreadable from None
    return {name: values[-1] for name, values in parsed.items()}


def refuse_other_sites(request: Request) -> None:
    """Refuse what another site made a browser post; raises `Refused`.

    A page's address is its key, so nobody else can post to it; this holds should one leak. The
    `Origin` header would not do: under our `no-referrer` browsers send it as `null`.
    """
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Refused(403, "Belum tersimpan", "Buka dulu halamannya lewat tautan dari kami.")
