"""People of three channels who go on with their lives while `lacak serve` is killed again and
again: who they are, the office they write to, and what must be true of it in the end."""
