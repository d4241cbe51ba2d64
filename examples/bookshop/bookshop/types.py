"""Column types of the shop."""

from datetime import datetime, timezone
from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy.types import DateTime, Numeric, TypeDecorator


class Money(TypeDecorator):
    """An amount, rounded to cents when it is written."""

    impl = Numeric
    cache_ok = True

    def __init__(self, precision: int = 10) -> None:
        super().__init__(precision, 2)

    def process_bind_param(self, value, dialect):
        return None if value is None else Decimal(value).quantize(Decimal("0.01"), ROUND_HALF_UP)

    def __repr__(self) -> str:
        return "Money()" if self.impl.precision == 10 else f"Money({self.impl.precision})"


class UTCDateTime(TypeDecorator):
    """A moment; always with its time zone in Python, always in UTC in the database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect):
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return value.astimezone(timezone.utc)

    def process_result_value(self, value: datetime | None, dialect):
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=timezone.utc)

    def __repr__(self) -> str:
        return "UTCDateTime()"
