"""What is published: the same each time, found by its digest, loaded without pyxform."""

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from flows import library
from flows.xlsform import Artefact, load, publish
from tests.flows.xlsform.forms import form

ROOT = Path(__file__).parents[3]
SOURCE = library.source("kebekerjaan")


def test_the_same_source_gives_the_same_artefact() -> None:
    assert publish(SOURCE) == publish(SOURCE)


def test_the_same_source_gives_the_same_digest_in_another_process() -> None:
    code = (
        "from flows import library; from flows.xlsform import publish;"
        "print(publish(library.source('kebekerjaan')).sha256)"
    )
    assert _python(code) == publish(SOURCE).sha256


def test_comments_and_line_breaks_are_no_change() -> None:
    rewritten = b"# ditinjau\n" + SOURCE.replace(b"\n", b"\r\n")
    assert publish(rewritten).sha256 == publish(SOURCE).sha256


def test_a_changed_label_gives_another_digest() -> None:
    changed = SOURCE.replace(b"Apa kesibukan Kakak sekarang?", b"Apa kegiatan Kakak sekarang?")
    assert publish(changed).sha256 != publish(SOURCE).sha256


def test_a_form_is_known_by_its_id_version_and_digest() -> None:
    artefact = publish(SOURCE)
    made = load(artefact)
    assert (artefact.form_id, artefact.version) == ("kebekerjaan", "2026112401")
    assert made.key == f"kebekerjaan@2026112401#{artefact.sha256[:12]}"


def test_an_artefact_survives_json() -> None:
    artefact = publish(SOURCE)
    stored = Artefact(**json.loads(json.dumps(asdict(artefact))))
    assert stored == artefact
    assert load(stored) == load(artefact)


def test_loading_needs_no_pyxform() -> None:
    code = (
        "import json, sys\n"
        "from flows.xlsform import Artefact, load\n"
        "print(load(Artefact(**json.load(sys.stdin))).key)\n"
        "assert 'pyxform' not in sys.modules\n"
    )
    artefact = publish(SOURCE)
    assert _python(code, json.dumps(asdict(artefact))) == load(artefact).key


def test_a_list_of_choices_is_kept_once_however_many_questions_use_it() -> None:
    source = form("""
        survey:
          - {type: select_one s, name: a, label: A}
          - {type: begin group, name: g}
          - {type: select_multiple s, name: b, label: B}
          - {type: end group}
        choices: {s: [{name: x, label: Hanya sekali}]}
    """)
    artefact = publish(source)
    assert json.dumps(artefact.content).count("Hanya sekali") == 1
    assert [item.choices[0].code for item in load(artefact).items] == ["x", "x"]


def _python(code: str, stdin: str = "") -> str:
    command = [sys.executable, "-c", code]
    done = subprocess.run(
        command, cwd=ROOT, input=stdin, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
