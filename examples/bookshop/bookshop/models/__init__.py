"""All models, so that `Base.metadata` knows every table."""

from bookshop.models import catalogue, customers, orders, reports, stock
from bookshop.models.base import Base

__all__ = ["Base", "catalogue", "customers", "orders", "reports", "stock"]
