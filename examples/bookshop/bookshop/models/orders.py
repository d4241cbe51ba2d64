"""Orders, from the basket to the refund."""

import enum
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Enum, ForeignKey, Index, Numeric, String, Text, false, func
from sqlalchemy.orm import Mapped, mapped_column

from bookshop.models.base import Base
from bookshop.types import Money, UTCDateTime


class OrderStatus(enum.Enum):
    new = "new"
    paid = "paid"
    shipped = "shipped"
    cancelled = "cancelled"
    returned = "returned"


class PaymentMethod(enum.Enum):
    card = "card"
    invoice = "invoice"
    paypal = "paypal"


class Voucher(Base):
    __tablename__ = "vouchers"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    percent: Mapped[int]
    valid_until: Mapped[date | None]


class Order(Base):
    __tablename__ = "orders"
    __table_args__ = (Index(None, "status", "placed_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    voucher_id: Mapped[int | None] = mapped_column(ForeignKey("vouchers.id"))
    placed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    status: Mapped[OrderStatus] = mapped_column(Enum(OrderStatus, name="order_status"))
    currency: Mapped[str] = mapped_column(String(3), server_default="EUR")
    note: Mapped[str | None] = mapped_column(Text)


class OrderLine(Base):
    __tablename__ = "order_lines"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    book_id: Mapped[int] = mapped_column(ForeignKey("books.id"))
    quantity: Mapped[int]
    unit_price: Mapped[Decimal] = mapped_column(Money())
    gift_wrap: Mapped[bool] = mapped_column(server_default=false())


class Payment(Base):
    __tablename__ = "payments"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    method: Mapped[PaymentMethod] = mapped_column(Enum(PaymentMethod, name="payment_method"))
    amount: Mapped[Decimal] = mapped_column(Money())
    received_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    provider_reference: Mapped[str | None] = mapped_column(String(64), index=True, unique=True)


class ReturnRequest(Base):
    __tablename__ = "return_requests"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_lines.id"))
    reason: Mapped[str | None] = mapped_column(Text)
    approved: Mapped[bool | None]


class ExchangeRate(Base):
    __tablename__ = "exchange_rates"

    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    rate: Mapped[Decimal] = mapped_column(Numeric(12, 6))
