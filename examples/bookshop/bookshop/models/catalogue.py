"""Books, and who writes and publishes them."""

import enum
from datetime import date
from decimal import Decimal

from sqlalchemy import Enum, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bookshop.models.base import Base
from bookshop.types import Money


class Format(enum.Enum):
    hardcover = "hardcover"
    paperback = "paperback"
    ebook = "ebook"


class Country(Base):
    __tablename__ = "countries"

    code: Mapped[str] = mapped_column(String(2), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))


class Author(Base):
    __tablename__ = "authors"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    born: Mapped[int | None]
    biography: Mapped[str | None] = mapped_column(Text)


class Publisher(Base):
    __tablename__ = "publishers"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    website: Mapped[str | None] = mapped_column(String(255))
    country_code: Mapped[str | None] = mapped_column(ForeignKey("countries.code"))


class Book(Base):
    __tablename__ = "books"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(300), index=True)
    subtitle: Mapped[str | None] = mapped_column(String(300))
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    isbn: Mapped[str] = mapped_column(String(13), unique=True)
    price: Mapped[Decimal] = mapped_column(Money())
    published_on: Mapped[date | None]
    publisher_id: Mapped[int | None] = mapped_column(ForeignKey("publishers.id"))
    language: Mapped[str] = mapped_column(String(2), server_default="en")
    page_count: Mapped[int | None]
    format: Mapped[Format | None] = mapped_column(Enum(Format, name="book_format"))

    authors: Mapped[list[Author]] = relationship(secondary="book_authors")
    categories: Mapped[list["Category"]] = relationship(secondary="book_categories")


class BookAuthor(Base):
    __tablename__ = "book_authors"

    book_id: Mapped[int] = mapped_column(ForeignKey("books.id"), primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("authors.id"), primary_key=True)


class Category(Base):
    __tablename__ = "categories"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"))


class BookCategory(Base):
    __tablename__ = "book_categories"

    book_id: Mapped[int] = mapped_column(ForeignKey("books.id"), primary_key=True)
    category_id: Mapped[int] = mapped_column(ForeignKey("categories.id"), primary_key=True)
