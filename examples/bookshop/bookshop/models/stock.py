"""What lies where."""

import enum
from datetime import datetime

from sqlalchemy import Enum, ForeignKey, String, func
from sqlalchemy.orm import Mapped, mapped_column

from bookshop.models.base import Base


class StockReason(enum.Enum):
    opening = "opening"
    delivery = "delivery"
    sale = "sale"
    correction = "correction"


class Warehouse(Base):
    __tablename__ = "warehouses"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    city: Mapped[str] = mapped_column(String(100))


class StockLevel(Base):
    __tablename__ = "stock_levels"

    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouses.id"), primary_key=True)
    book_id: Mapped[int] = mapped_column(ForeignKey("books.id"), primary_key=True)
    quantity: Mapped[int] = mapped_column(server_default="0")


class StockMovement(Base):
    __tablename__ = "stock_movements"

    id: Mapped[int] = mapped_column(primary_key=True)
    warehouse_id: Mapped[int] = mapped_column(ForeignKey("warehouses.id"))
    book_id: Mapped[int] = mapped_column(ForeignKey("books.id"))
    delta: Mapped[int]
    reason: Mapped[StockReason] = mapped_column(Enum(StockReason, name="stock_reason"))
    moved_at: Mapped[datetime] = mapped_column(server_default=func.now())
