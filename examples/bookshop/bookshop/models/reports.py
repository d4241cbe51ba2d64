"""What the accountants read; its revisions are a branch of their own, in `reports/versions`."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from bookshop.models.base import Base
from bookshop.types import Money, UTCDateTime


class DailySales(Base):
    __tablename__ = "daily_sales"

    day: Mapped[date] = mapped_column(primary_key=True)
    orders: Mapped[int]
    revenue: Mapped[Decimal] = mapped_column(Money(14))
    refunds: Mapped[Decimal] = mapped_column(Money(14), server_default="0")


class ReportRun(Base):
    __tablename__ = "report_runs"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    started_at: Mapped[datetime] = mapped_column(UTCDateTime())
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
