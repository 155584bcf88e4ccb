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
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise Refused(413, "Terlalu panjang", "Jawabannya terlalu panjang, Kak.")
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
