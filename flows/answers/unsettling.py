"""Words that make what stands beside them a wish, a memory, a question or someone else's life.

"Mau kerja", "dulu kerja", "suami kerja", "kerja? boro-boro": the choice is named and is not the
answer. Each raises a doubt, no more, so a word too many costs a question and never a wrong answer.
"""

from flows.answers import english
from flows.answers.dialects import DENIALS
from flows.answers.spelling import vocabulary

_PAST = """
    dulu dulunya dahulu pernah mantan eks bekas sempat tadinya awalnya sebelumnya terakhir lalu
    kemarin pensiun pensiunan lulusan lulus tamat wisuda
"""
_ENDED = """
    berhenti resign keluar habis selesai phk tutup bangkrut dipecat pecat stop off cuti putus
    diberhentikan dirumahkan lepas kelar beres drop pindah libur macet vakum bubar gulung rugi
    rampung tuntas gagal ditolak
"""
_TO_COME = """
    mau ingin akan bakal rencana rencananya niat calon nanti besok depan kelak siap hampir ditunda
    tunda persiapan maunya pengennya harap berharap semoga doakan impian mimpi cita khayalan
"""
_SOUGHT = """
    cari mencari lamar melamar ngelamar lamaran butuh nunggu menunggu tunggu daftar mendaftar tes
    test seleksi coba mencoba panggilan interview wawancara lowongan loker info minta pelatihan
    praktek praktik
"""
_SUPPOSED = """
    kalau jika andai seandainya mungkin kayaknya sepertinya kayanya entah kadang tergantung
    bingung antara atau alasan pura bohong boong apaan bukannya katanya kabarnya
"""
_ASKED = """
    apa apakah gimana bagaimana maksudnya mana kenapa siapa kapan berapa
"""
_OTHERS = """
    suami istri ortu ayah bapak teman keluarga anak adik saudara tetangga orangtua tua bantu
    paman pakde bude tante bibi mertua menantu sepupu ipar kakek nenek pacar doi tunangan gebetan
    mama papa mamak emak mami papi ibu umi abi dia mereka beliau si bos majikan cucu
"""
_QUALIFIED = """
    kurang agak sangat lumayan cukup sedikit setengah semi terlalu paling biasa banget sekali
    sendiri tangga sosial sukarela relawan bakti kelompok sambil nyambi merangkap tapi namun
    ngojek ojek ojol nyambi sampingan malamnya siangnya sorenya paginya
    sebagian separuh mandiri
    padahal walau walaupun meski meskipun malas males susah sulit bosan bosen capek
"""
_NOTHING = """
    nganggur pengangguran nihil kosong zonk nol nope nehi
"""

SOUGHT = vocabulary(_SOUGHT)
"""Of these none unsettles a choice that says that the thing is not there yet."""

UNSETTLING = (
    DENIALS
    | english.UNSETTLING
    | vocabulary(
        _PAST + _ENDED + _TO_COME + _SOUGHT + _SUPPOSED + _ASKED + _OTHERS + _QUALIFIED + _NOTHING
    )
)
