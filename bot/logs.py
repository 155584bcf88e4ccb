"""One JSON object a line: a constant event and the facts beside it; no personal data.

Values that are not numbers, short words or ids made by us do not belong in a log. As a last
net, any run of six or more digits in text is masked.
"""

import json
import logging
import re
import sys
from datetime import UTC, datetime

_DIGITS = re.compile(r"\d{6,}")
_logger = logging.getLogger("lacak")


def log(event: str, /, level: int = logging.INFO, **facts: object) -> None:
    """Write one line. `facts` are ids, counts and kinds: never names, numbers or answers."""
    _logger.log(level, event, extra={"facts": facts})


def set_up(level: int = logging.INFO) -> None:
    """Send every log line to stderr as JSON, libraries' warnings included."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonLine())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    _logger.setLevel(level)


class _JsonLine(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line; a traceback is reduced to its kind and place."""
        facts: dict[str, object] = getattr(record, "facts", {})
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": _DIGITS.sub("…", record.getMessage()),
            **{key: _safe(value) for key, value in facts.items()},
        }
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            line["where"] = _place(record)
        return json.dumps(line, ensure_ascii=False)


def _safe(value: object) -> object:
    return value if isinstance(value, (int, float, bool)) else _DIGITS.sub("…", str(value))


def _place(record: logging.LogRecord) -> str:
    """Return file and line of the innermost frame: an exception's text may hold an answer."""
    frame = record.exc_info[2] if record.exc_info else None
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    if frame is None:
        return ""
    return f"{frame.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{frame.tb_lineno}"
