"""What resolutions are found by."""

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base


class Wording(Base):
    """The folded words of a resolution: its number, its text and its measure.

    Nothing of its meeting, whose subject may be secret.
    """

    __tablename__ = "resolution_wording"

    resolution_id: Mapped[int] = mapped_column(
        ForeignKey("resolution.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    words: Mapped[str] = mapped_column(Text)
