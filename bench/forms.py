"""Questionnaires made by code, as large as a bench needs, and what people reply to them.

Six sections make the 60-question form of the budget: 60 questions, 23 skip rules, 18
constraints, 12 calculations. Forty-three sections behind gates make 561 nodes, the size of
WHO's verbal autopsy, of which one respondent sees a third.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import yaml

Row = dict[str, str]

CHOICES: Mapping[str, Mapping[str, str]] = {
    "status": {
        "bekerja": "Bekerja",
        "wirausaha": "Wirausaha",
        "kuliah": "Melanjutkan pendidikan",
        "mencari": "Sedang mencari pekerjaan",
    },
    "alat": {
        "laptop": "Laptop",
        "mesin": "Mesin jahit",
        "kendaraan": "Kendaraan",
        "tangan": "Perkakas tangan",
        "tanpa": "Tanpa alat",
    },
    "sesuai": {"sesuai": "Sesuai", "cukup": "Cukup sesuai", "beda": "Berbeda jauh"},
    "skala": {
        "1": "Sangat buruk",
        "2": "Kurang memuaskan",
        "3": "Cukup",
        "4": "Memuaskan",
        "5": "Istimewa",
    },
    "gerbang": {"buka": "Buka bagian ini", "lewat": "Bagian lain saja"},
}
TEXTS = ("CV Maju Jaya", "operator jahit", "Kota Kendari", "warung makan Bu Rina", "servis motor")

# `#` is the number of the section.
SECTION: tuple[Row, ...] = (
    {"type": "select_one status", "name": "status#", "label": "Apa kesibukan Kakak di bagian #?"},
    {
        "type": "calculate",
        "name": "tempat_apa#",
        "calculation": "if(${status#} = 'wirausaha', 'usaha Kakak', 'perusahaan Kakak')",
    },
    {
        "type": "text",
        "name": "tempat#",
        "label": "Apa nama ${tempat_apa#}?",
        "relevant": "${status#} = 'bekerja' or ${status#} = 'wirausaha'",
    },
    {
        "type": "integer",
        "name": "lama#",
        "label": "Sudah berapa bulan Kakak di sana?",
        "constraint": ". >= 0 and . <= 480",
    },
    {
        "type": "integer",
        "name": "upah#",
        "label": "Berapa ribu rupiah sehari dari ${tempat_apa#}?",
        "constraint": ". >= 10 and . <= 100000",
        "relevant": "${status#} = 'bekerja' and ${lama#} > 3",
    },
    {"type": "select_multiple alat", "name": "alat#", "label": "Alat apa saja yang dipakai?"},
    {
        "type": "select_one sesuai",
        "name": "sesuai#",
        "label": "Sesuaikah alatnya dengan pelatihan ${pelatihan}?",
        "relevant": "selected(${alat#}, 'mesin') or selected(${alat#}, 'laptop')",
    },
    {"type": "text", "name": "peran#", "label": "Apa peran Kakak ${nama} di sana?"},
    {"type": "select_one skala", "name": "skala#", "label": "Bagaimana penilaian Kakak?"},
    {
        "type": "text",
        "name": "alasan#",
        "label": "Apa yang paling perlu diperbaiki?",
        "relevant": "${skala#} < 3",
    },
    {
        "type": "integer",
        "name": "libur#",
        "label": "Berapa bulan di antaranya Kakak tidak bekerja?",
        "constraint": ". >= 0 and . <= ${lama#}",
    },
    {
        "type": "calculate",
        "name": "nilai#",
        "calculation": "${skala#} * 20 + (${lama#} - ${libur#}) div 12",
    },
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Written:
    """A form as its author would write it: `rows` are the survey sheet."""

    form_id: str
    rows: tuple[Row, ...]

    @property
    def yaml(self) -> bytes:
        """The file that is published."""
        settings = {
            "form_id": self.form_id,
            "version": "1",
            "form_title": "Kuesioner buatan",
            "chat::purpose": "Mengukur kecepatan.",
        }
        choices = {
            name: [{"name": code, "label": label} for code, label in listed.items()]
            for name, listed in CHOICES.items()
        }
        sheets = {"settings": settings, "survey": list(self.rows), "choices": choices}
        return yaml.safe_dump(sheets, allow_unicode=True, sort_keys=False, width=1000).encode()

    def count(self, column: str) -> int:
        """Return how many rows have something in a column."""
        return sum(column in row for row in self.rows)

    @property
    def nodes(self) -> int:
        """How many items it has, questions and the others."""
        return sum(row["type"] not in ("begin_group", "end_group") for row in self.rows)


def sixty_questions() -> Written:
    """Return the form of the budget; one rule of the last section is left out, to have 23."""
    rows = [*_known(), *(row for n in range(1, 7) for row in _section(n))]
    del rows[-3]["relevant"]
    return Written("enam_puluh", tuple(rows))


def verbal_autopsy_size() -> Written:
    """Return 561 nodes: each section opens only when the question before it says so."""
    rows = _known()
    for n in range(1, 44):
        gate = {"type": "select_one gerbang", "name": f"gerbang{n}", "label": f"Bagian {n}?"}
        group = {
            "type": "begin_group",
            "name": f"bagian{n}",
            "label": f"Bagian {n}",
            "relevant": f"${{gerbang{n}}} = 'buka'",
        }
        rows += [gate, group, *_section(n), {"type": "end_group"}]
    return Written("lima_ratus", tuple(rows))


def reply(question: Row, dice: random.Random) -> tuple[str, int | None]:
    """Return what somebody answers: the text, and which option was tapped, if one was.

    Choices are answered by number, label or button. One number in 20 is far too large.
    """
    kind, _, listed = question["type"].partition(" ")
    if kind == "text":
        return dice.choice(TEXTS), None
    if kind == "integer":
        usual = (
            dice.randint(0, 12) if question["name"].startswith("libur") else dice.randint(12, 60)
        )
        return str(usual if dice.random() < 0.95 else 999_999), None
    labels = list(CHOICES[listed].values())
    if kind == "select_multiple":
        picked = sorted(dice.sample(range(len(labels)), dice.randint(1, 3)))
        return ", ".join(str(i + 1) for i in picked), None
    shut = listed == "gerbang" and dice.random() < 0.6
    option = 1 if shut else dice.randrange(len(labels))
    how = dice.randrange(3)
    text = str(option + 1) if how == 0 else labels[option]
    return text, option if how == 2 else None


def _known() -> list[Row]:
    return [{"type": "hidden", "name": "nama"}, {"type": "hidden", "name": "pelatihan"}]


def _section(number: int) -> Iterator[Row]:
    for row in SECTION:
        written = {column: text.replace("#", str(number)) for column, text in row.items()}
        is_asked = row["type"] != "calculate"
        yield {**written, "required": "yes"} if is_asked else written
