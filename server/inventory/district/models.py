"""The table of settings that differ from the defaults."""

from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from server.foundation.db.columns import ConfigBase, Instant


class DistrictSetting(ConfigBase):
    """One group of settings by name, such as `coverage`: its values by name."""

    __tablename__ = "district_settings"
    __table_args__ = ()
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    values: Mapped[dict[str, Any]]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    changed_at: Mapped[Instant]
