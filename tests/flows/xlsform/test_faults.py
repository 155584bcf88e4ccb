"""What staff are told about a form that cannot be used, and where."""

import pytest

from flows.xlsform import Code, FormFaults, check_form, publish
from tests.flows.xlsform.forms import SETTINGS, form, survey

QUESTION = b"survey: [{type: text, name: a, label: A}]\n"

# code, form, line, column, item, what the sentence says would work
CASES = {
    "not YAML": (
        Code.FORM_01,
        b"survey:\n  - {type: text\nchoices: {}\n",
        3, "", "", "periksa spasi, tanda kutip dan titik dua",
    ),
    "too big": (Code.FORM_02, b"#" * 1_000_001, 0, "", "", "batasnya 1000000 bita"),
    "no survey": (Code.FORM_03, form("choices: {}"), 0, "", "", "daftar baris yang diawali '-'"),
    "a sheet nobody knows": (
        Code.FORM_03,
        form("""
            surveys: []
            survey:
              - {type: text, name: a, label: A}
        """),
        2, "", "", "yang dipakai: settings, survey, choices",
    ),
    "a misspelt column": (
        Code.FORM_04,
        form("""
            survey:
              - type: text
                name: a
                label: A
                relevence: 1 = 1
        """),
        6, "relevence", "a", "Maksudnya 'relevant'?",
    ),
    "a misspelt column of a choice": (
        Code.FORM_04,
        form("""
            survey:
              - {type: select_one s, name: a, label: A}
            choices:
              s:
                - {name: x, label: X}
                - {name: y, label: Y, chat::alias: yy}
        """),
        7, "chat::alias", "y", "Maksudnya 'chat::aliases'?",
    ),
    "a column for later": (
        Code.FORM_05,
        survey("type: text, name: a, label: A, save_to: x"),
        3, "save_to", "a", "hapus dulu kolom itu",
    ),
    "a key written twice": (
        Code.FORM_06,
        form("""
            survey:
              - type: text
                name: a
                label: A
                label: B
        """),
        6, "label", "", "hapus salah satunya",
    ),
    "a misspelt type": (
        Code.FORM_07, survey("type: integr, name: a, label: A"), 3, "type", "a",
        "Maksudnya 'integer'?",
    ),
    "a type for later": (
        Code.FORM_08, survey("type: geotrace, name: a, label: A"), 3, "type", "a",
        "tanyakan satu titik dengan geopoint",
    ),
    "a setting that is missing": (
        Code.FORM_09,
        SETTINGS.replace(", chat::purpose: Uji coba.", "").encode() + QUESTION,
        1, "chat::purpose", "", "'chat::purpose' wajib diisi",
    ),
    "a question without words": (
        Code.FORM_09, survey("type: text, name: a"), 3, "label", "a", "'label' wajib diisi",
    ),
    "a calculation of nothing": (
        Code.FORM_09,
        survey("type: calculate, name: c", "type: text, name: a, label: A"),
        3, "calculation", "c", "'calculation' wajib diisi",
    ),
    "a choice without words": (
        Code.FORM_09,
        form("""
            survey: [{type: select_one s, name: a, label: A}]
            choices: {s: [{name: x}]}
        """),
        3, "label", "x", "'label' wajib diisi",
    ),
    "a name used twice": (
        Code.FORM_10,
        survey("type: text, name: a, label: A", "type: date, name: a, label: B"),
        4, "name", "a", "sudah dipakai di baris 3; pakai nama lain",
    ),
    "a name with a space": (
        Code.FORM_11, survey("type: text, name: no hp, label: A"), 3, "name", "no hp",
        "pakai huruf, angka dan garis bawah, diawali huruf",
    ),
    "a misspelt list": (
        Code.FORM_12,
        form("""
            survey: [{type: select_one statuz, name: a, label: A}]
            choices: {status: [{name: x, label: X}]}
        """),
        2, "type", "a", "Maksudnya 'status'?",
    ),
    "an empty list": (
        Code.FORM_12,
        form("""
            survey: [{type: select_one s, name: a, label: A}]
            choices: {s: []}
        """),
        2, "type", "a", "masih kosong",
    ),
    "a choice code used twice": (
        Code.FORM_13,
        form("""
            survey: [{type: select_one s, name: a, label: A}]
            choices:
              s:
                - {name: x, label: X}
                - {name: x, label: Y}
        """),
        6, "name", "x", "dalam daftar 's'; pakai kode lain",
    ),
    "a group that is not closed": (
        Code.FORM_14,
        survey("type: begin group, name: g", "type: text, name: a, label: A"),
        3, "type", "g", "tiap begin group ditutup satu end group",
    ),
    "a group that was not opened": (
        Code.FORM_14,
        survey("type: text, name: a, label: A", "type: end group"),
        4, "type", "", "tiap begin group ditutup satu end group",
    ),
    "a reference in a label": (
        Code.FORM_15,
        survey("type: hidden, name: nama", "type: text, name: a, label: 'Halo ${nma}'"),
        4, "label", "a", "'${nma}' tidak menunjuk item mana pun. Maksudnya 'nama'?",
    ),
    "a reference that is not closed": (
        Code.FORM_15, survey("type: text, name: a, label: 'Halo ${'"), 3, "label", "a", "'${}'",
    ),
    "a reference in the purpose": (
        Code.FORM_15,
        SETTINGS.replace("Uji coba.", "'Halo ${x}'").encode() + QUESTION,
        1, "chat::purpose", "", "'${x}' tidak menunjuk item mana pun",
    ),
    "an expression": (
        Code.FORM_16,
        survey("type: hidden, name: a", "type: text, name: b, label: B, relevant: '${a}=x'"),
        4, "relevant", "b", "untuk kode atau teks tulis 'x' dalam tanda kutip. (huruf ke-6)",
    ),
    "an expression that breaks off": (
        Code.FORM_16,
        survey("type: text, name: a, label: A, constraint: . >"),
        3, "constraint", "a", "masih ada isian yang kurang. (huruf ke-4)",
    ),
    "a condition of a group, said once": (
        Code.FORM_16,
        form("""
            survey:
              - type: begin group
                name: g
                relevant: selectd(${a}, 'x')
              - {type: text, name: a, label: A}
              - {type: text, name: b, label: B}
              - {type: end group}
        """),
        5, "relevant", "g", "Maksudnya 'selected'?",
    ),
    "a code that is not in the list": (
        Code.FORM_17,
        form("""
            survey:
              - {type: select_one s, name: a, label: A}
              - {type: text, name: b, label: B, relevant: "${a} = 'bekrja'"}
            choices: {s: [{name: bekerja, label: Bekerja}]}
        """),
        4, "relevant", "b", "Maksudnya 'bekerja'?",
    ),
    "a calculation that needs itself": (
        Code.FORM_18,
        survey(
            "type: text, name: t, label: T",
            "type: calculate, name: a, calculation: '${b} + 1'",
            "type: calculate, name: b, calculation: '${a} + 1'",
        ),
        4, "calculation", "a", "a → b → a; putuskan salah satunya",
    ),
    "a required that is neither yes nor no": (
        Code.FORM_19, survey("type: text, name: a, label: A, required: ya"), 3, "required", "a",
        "tulis yes atau no",
    ),
    "a reader of another type": (
        Code.FORM_19, survey("type: text, name: a, label: A, chat::read: money"),
        3, "chat::read", "a", "untuk text pilihannya: text",
    ),
    "too many reasks": (
        Code.FORM_19, survey("type: text, name: a, label: A, chat::reask: 10"),
        3, "chat::reask", "a", "tulis angka 1 sampai 9",
    ),
    "a reask that is no number": (
        Code.FORM_19, survey("type: text, name: a, label: A, chat::reask: sekali"),
        3, "chat::reask", "a", "tulis angka 1 sampai 9",
    ),
    "an appearance nobody knows": (
        Code.FORM_19, survey("type: text, name: a, label: A, appearance: peta"),
        3, "appearance", "a", "yang dipakai: month-year",
    ),
    "an appearance a chat has not": (
        Code.FORM_19, survey("type: image, name: a, label: A, appearance: signature"),
        3, "appearance", "a", "pakai text",
    ),
    "an answer that is calculated": (
        Code.FORM_19, survey("type: text, name: a, label: A, calculation: 1 + 1"),
        3, "calculation", "a", "pakai jenis calculate",
    ),
    "a choice code with a space": (
        Code.FORM_19,
        form("""
            survey: [{type: select_one s, name: a, label: A}]
            choices: {s: [{name: tidak tahu, label: X}]}
        """),
        3, "name", "tidak tahu", "ditulis tanpa spasi",
    ),
    "a reference in a choice": (
        Code.FORM_19,
        form("""
            survey:
              - {type: text, name: a, label: A}
              - {type: select_one s, name: b, label: B}
            choices: {s: [{name: x, label: X, "chat::short": "Di ${a}"}]}
        """),
        5, "chat::short", "x", "hanya label pilihan yang dapat memuat acuan",
    ),
    "a name only pyxform refuses": (
        Code.FORM_20,
        survey("type: text, name: a, label: A", "type: text, name: meta, label: M"),
        4, "name", "meta", "pembaca XLSForm menolak",
    ),
    "a setting only pyxform refuses": (
        Code.FORM_20,
        SETTINGS.replace("form_title: Uji", "form_title: '${x}'").encode() + QUESTION,
        1, "form_title", "", "pembaca XLSForm menolak",
    ),
    "a condition on what is asked later": (
        Code.FORM_21,
        survey(
            "type: text, name: a, label: A, relevant: \"${b} = 'x'\"",
            "type: text, name: b, label: B",
        ),
        3, "relevant", "a", "pindahkan ke sebelum baris ini",
    ),
    "a group's condition on what is asked later, said once": (
        Code.FORM_21,
        form("""
            survey:
              - type: begin group
                name: g
                relevant: ${z} = 'x'
              - {type: text, name: a, label: A}
              - {type: text, name: b, label: B}
              - {type: end group}
              - {type: text, name: z, label: Z}
        """),
        5, "relevant", "g", "'${z}' menunjuk pertanyaan sesudahnya",
    ),
    "an anchor": (
        Code.FORM_22,
        form("survey:\n  - &baris {type: text, name: a, label: A}"),
        3, "", "", "tulis nilainya langsung",
    ),
    "YAML too deep": (Code.FORM_23, form("survey: " + "[" * 20), 2, "", "", "lebih dari 8 tingkat"),
    "groups too deep": (
        Code.FORM_23,
        survey(
            *(f"type: begin group, name: g{n}" for n in range(9)),
            "type: text, name: a, label: A",
            *("type: end group" for _ in range(9)),
        ),
        11, "type", "g0/g1/g2/g3/g4/g5/g6/g7/g8", "lebih dari 8 tingkat",
    ),
    "a repeat that a group closes": (
        Code.FORM_14,
        survey(
            "type: begin repeat, name: r, label: R", "type: text, name: a, label: A",
            "type: end repeat", "type: end repeat",
        ),
        6, "type", "", "tiap begin repeat ditutup satu end repeat",
    ),
    "no workbook": (
        Code.FORM_25, b"PK\x03\x04 bukan buku kerja", 0, "", "", "simpan ulang dari Excel",
    ),
    "too many rows": (
        Code.FORM_41,
        form(
            "survey: [{type: select_one s, name: a, label: A}]\nchoices:\n  s:\n"
            + "".join(f"    - {{name: x{n}, label: X}}\n" for n in range(20_001))
        ),
        10_005, "name", "x10000", "bagi dengan choice_filter",
    ),
    "a list that is not beside the form": (
        Code.FORM_27, survey("type: select_one_from_file kota.csv, name: a, label: A"),
        3, "type", "a", "letakkan berkas itu di folder yang sama",
    ),
    "a list from somewhere else": (
        Code.FORM_27, survey("type: select_one_from_file ../kota.csv, name: a, label: A"),
        3, "type", "a", "hanya .csv di folder yang sama",
    ),
    "repeats in repeats in repeats": (
        Code.FORM_28,
        survey(
            *(f"type: begin repeat, name: r{n}, label: R" for n in range(3)),
            "type: text, name: a, label: A",
            *("type: end repeat" for _ in range(3)),
        ),
        5, "type", "r2", "paling banyak 2 tingkat",
    ),
    "a default that is no number": (
        Code.FORM_29, survey("type: integer, name: a, label: A, default: abc"),
        3, "default", "a", "tulis angka bulat",
    ),
    "a default that is no choice": (
        Code.FORM_29,
        form("""
            survey: [{type: select_one s, name: a, label: A, default: y}]
            choices: {s: [{name: x, label: X}]}
        """),
        2, "default", "a", "tulis kode pilihannya",
    ),
    "a constraint on what is only told": (
        Code.FORM_30,
        survey("type: text, name: a, label: A", "type: note, name: n, label: N, constraint: . > 1"),
        4, "constraint", "n", "tidak berarti pada note",
    ),
    "a translation that is missing": (
        Code.FORM_31,
        form("""
            survey:
              - {type: text, name: a, "label::id": A, "label::en": A}
              - {type: text, name: b, "label::id": B}
        """),
        4, "label::en", "b", "terjemahan 'en' belum ada",
    ),
    "a short label that is not short": (
        Code.FORM_32,
        form("""
            survey: [{type: select_one s, name: a, label: A}]
            choices: {s: [{name: x, label: X, chat::short: Bekerja sambil berwirausaha}]}
        """),
        3, "chat::short", "x", "ada 27 huruf",
    ),
    "a question that fits no message": (
        Code.FORM_32, survey(f"type: text, name: a, label: {'A' * 1_601}"), 3, "label", "a",
        "paling banyak 1600",
    ),
    "a question nobody reaches": (
        Code.FORM_33,
        form("""
            survey:
              - {type: select_one s, name: a, label: A}
              - {type: begin group, name: g, relevant: "${a} = 'x'"}
              - {type: text, name: b, label: B, relevant: "${a} = 'y' and 1 = 1"}
              - {type: end group}
            choices: {s: [{name: x, label: X}, {name: y, label: Y}]}
        """),
        5, "relevant", "g/b", "a diminta 'x' sekaligus 'y'",
    ),
    "a condition that is never so": (
        Code.FORM_33, survey("type: text, name: a, label: A, relevant: 1 = 2",
                             "type: text, name: b, label: B"),
        3, "relevant", "a", "selalu salah",
    ),
    "a pattern that fits a part": (
        Code.FORM_34, survey("type: text, name: a, label: A, constraint: \"regex(., '[0-9]+')\""),
        3, "constraint", "a", "tulis '^[0-9]+$'",
    ),
    "buttons for too many": (
        Code.FORM_35,
        form("""
            survey: [{type: select_one s, name: a, label: A, chat::as: buttons}]
            choices:
              s: [{name: a, label: A}, {name: b, label: B}, {name: c, label: C},
                  {name: d, label: D}]
        """),
        2, "chat::as", "a", "pilihannya 4, paling banyak 3",
    ),
    "sums of sums of sums of sums": (
        Code.FORM_40,
        survey(
            *(
                row
                for n in range(4)
                for row in (
                    f"type: begin repeat, name: r{n}, repeat_count: '2'",
                    f"type: calculate, name: c{n}, calculation: '{f'${{s{n - 1}}}' if n else 1}'",
                    "type: end repeat",
                    f"type: calculate, name: s{n}, calculation: 'sum(${{c{n}}})'",
                )
            ),
            "type: text, name: a, label: A",
        ),
        18, "calculation", "s3", "lebih dari 3 tingkat",
    ),
    "a value that chat::on_fail has not": (
        Code.FORM_19, survey("type: text, name: a, label: A, chat::on_fail: panggil"),
        3, "chat::on_fail", "a", "tulis skip, end atau inbox",
    ),
    "reminders that come before one another": (
        Code.FORM_19, survey("type: text, name: a, label: A, chat::remind: '24h,6h'"),
        3, "chat::remind", "a", "misalnya 6h,24h",
    ),
    "a range that is none": (
        Code.FORM_19, survey("type: range, name: a, label: A, parameters: start=1 end=satu"),
        3, "parameters", "a", "start=0 end=10 step=1",
    ),
    "a filter on a column that is not there": (
        Code.FORM_16,
        form("""
            survey: [{type: select_one s, name: a, label: A, choice_filter: "prop = '1'"}]
            choices: {s: [{name: x, label: X, prov: '1'}]}
        """),
        2, "choice_filter", "a", "Maksudnya 'prov'?",
    ),
    "a list to look in that is not there": (
        Code.FORM_16,
        form("""
            survey:
              - {type: select_one kota, name: a, label: A}
              - type: calculate
                name: b
                calculation: instance('kotaa')/root/item[name = ${a}]/label
            choices: {kota: [{name: x, label: X}]}
        """),
        6, "calculation", "b", "Maksudnya 'kota'?",
    ),
    "one answer of many": (
        Code.FORM_16,
        survey(
            "type: begin repeat, name: r, label: R", "type: integer, name: a, label: A",
            "type: end repeat", "type: calculate, name: c, calculation: '${a} + 1'",
        ),
        6, "calculation", "c", "Pakai sum(), count()",
    ),
    "a repeated answer in a label": (
        Code.FORM_15,
        survey(
            "type: begin repeat, name: r, label: R", "type: text, name: a, label: A",
            "type: end repeat", "type: text, name: b, label: 'Dan ${a}?'",
        ),
        6, "label", "b", "hitung dulu dengan calculate",
    ),
    "a default that needs itself": (
        Code.FORM_18,
        survey(
            "type: text, name: a, label: A, default: '${b}'",
            "type: text, name: b, label: B, default: '${a}'",
        ),
        3, "default", "a", "a → b → a",
    ),
    "a count that hangs on what it counts": (
        Code.FORM_18,
        survey(
            "type: calculate, name: n, calculation: 'sum(${a})'",
            "type: begin repeat, name: r, repeat_count: '${n}'",
            "type: calculate, name: a, calculation: '1'",
            "type: text, name: t, label: T",
            "type: end repeat",
        ),
        3, "calculation", "n", "putuskan salah satunya",
    ),
    "a group that cannot be one message": (
        Code.FORM_50,
        survey(
            "type: begin group, name: g, chat::together: 'yes'",
            "type: text, name: a, label: A", "type: integer, name: b, label: B", "type: end group",
        ),
        3, "chat::together", "g", "daftar yang sama, atau integer semua",
    ),
    "nothing to ask": (
        Code.FORM_24, survey("type: note, name: a, label: A"), 0, "", "",
        "tulis paling sedikit satu pertanyaan",
    ),
}  # fmt: skip
ALSO = {
    "no survey": [Code.FORM_24],
    "too many rows": [Code.FORM_26],
}
"""What a case cannot but be told besides."""
OF_WORKBOOKS = {
    Code.FORM_36, Code.FORM_37, Code.FORM_38, Code.FORM_39, Code.FORM_26, Code.FORM_42,
    Code.FORM_43, Code.FORM_44, Code.FORM_45, Code.FORM_46,
}  # fmt: skip
"""Told by other cases, or warnings (see test_workbooks)."""
OF_THE_CORE = {
    Code.FORM_60, Code.FORM_61, Code.FORM_62, Code.FORM_63, Code.FORM_64, Code.FORM_65,
    Code.FORM_66,
}  # fmt: skip
"""What is locked in an official questionnaire (see test_locked)."""


@pytest.mark.parametrize(
    ("code", "source", "line", "column", "item", "works"), CASES.values(), ids=CASES
)
def test_a_broken_form_is_told_what_where_and_what_would_work(
    request: pytest.FixtureRequest,
    code: Code, source: bytes, line: int, column: str, item: str, works: str,
) -> None:  # fmt: skip
    fault, *others = check_form(source)
    found = (fault.code, fault.line, fault.column, fault.item)
    assert found == (code, line, column, item), fault.sentence("uji.yaml")
    assert works in fault.message
    assert [other.code for other in others] == ALSO.get(request.node.callspec.id, [])


def test_every_code_has_a_case() -> None:
    assert {code for code, *_ in CASES.values()} | OF_WORKBOOKS | OF_THE_CORE == set(Code)


def test_a_sentence_names_code_file_line_item_and_column() -> None:
    (fault,) = check_form(survey("type: text, name: a, label: A, required: ya"))
    assert fault.sentence("uji.yaml") == (
        "FORM_19: uji.yaml baris 3, item 'a', kolom 'required': "
        "nilai 'ya' keliru; tulis yes atau no"
    )


def test_all_faults_of_a_form_are_told_at_once_in_file_order() -> None:
    source = form("""
        survey:
          - {type: select_one kota, name: kota, label: Kota?}
          - {type: text, name: alamat rumah, label: Alamat?}
          - type: integr
            name: umur
            label: Umur?
            requird: "yes"
          - type: text
            name: kota
            label: Halo ${nama}
            relevant: ${kota} == 'x'
          - {type: calculate, name: c, calculation: "${c} + 1"}
          - {type: text, name: akhir, label: Z, appearance: peta, save_to: x}
          - {type: end group}
        choices:
          kta:
            - {name: a, label: A}
            - {name: a}
        lembar: x
    """)
    assert [(fault.line, fault.code.name, fault.column) for fault in check_form(source)] == [
        (3, "FORM_12", "type"),
        (4, "FORM_11", "name"),
        (5, "FORM_07", "type"),
        (8, "FORM_04", "requird"),
        (10, "FORM_10", "name"),
        (11, "FORM_15", "label"),
        (12, "FORM_16", "relevant"),
        (13, "FORM_18", "calculation"),
        (14, "FORM_19", "appearance"),
        (14, "FORM_05", "save_to"),
        (15, "FORM_14", "type"),
        (19, "FORM_09", "label"),
        (19, "FORM_13", "name"),
        (20, "FORM_03", ""),
    ]


def test_every_fault_of_one_expression_is_told() -> None:
    (first, second) = check_form(survey("type: calculate, name: c, calculation: '${x} + f(1)'",
                                        "type: text, name: a, label: A"))  # fmt: skip
    assert "${x} tidak ada di kuesioner ini" in first.message
    assert "fungsi 'f' tidak dikenal" in second.message


def test_of_two_items_of_one_name_the_fault_is_told_at_its_own() -> None:
    faults = check_form(
        survey(
            "type: text, name: a, label: A",
            "type: text, name: a, label: B, constraint: . >",
        )
    )
    assert [(fault.code, fault.line) for fault in faults] == [(Code.FORM_16, 4), (Code.FORM_10, 4)]


def test_publishing_a_broken_form_raises_the_faults_that_checking_returns() -> None:
    source = survey("type: txt, name: a, label: A")
    with pytest.raises(FormFaults) as refused:
        publish(source)
    assert refused.value.faults == check_form(source)
    assert "FORM_07" in str(refused.value)


def test_a_long_text_of_the_author_is_not_repeated_whole() -> None:
    (fault,) = check_form(survey(f"type: text, name: a, label: A, required: {'y' * 5_000}"))
    assert len(fault.message) < 400
