"""News for a cohort: what a wave says that begins no interview."""

from sqlmodel import Field, SQLModel


class News(SQLModel, table=True):
    """The words of a wave without a form, and the law it is sent by (UU 27/2022, article 20).

    `words` holds facts by name, `{{nama}}`; `content` is what staff wrote, for a template's `isi`.
    """

    __tablename__ = "news"

    wave_id: int = Field(primary_key=True, foreign_key="wave.id")
    words: str
    content: str
    basis: str
