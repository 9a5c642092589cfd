"""What a clerk does to a workbook, as changes of its openpyxl form."""

from __future__ import annotations

import io

import openpyxl

from desk import YEAR, book, complete
from helpers import common, edition_for
from nianbao.layout import Layout


A = complete("659900-T1", "甲乡")


def spoilt(change) -> bytes:
    """A workbook of A after a clerk's change of its openpyxl form."""
    opened = openpyxl.load_workbook(io.BytesIO(book(A)))
    change(opened)
    buffer = io.BytesIO()
    opened.save(buffer)
    return buffer.getvalue()


def place(key):
    return Layout(edition_for(YEAR), common().sheets, "township").fields[key]


def put(key, value):
    def change(opened):
        at = place(key)
        opened[at.sheet].cell(at.row, at.column).value = value

    return change


def identity(row, value):
    def change(opened):
        opened[common().sheets["identity"]].cell(row, 2).value = value

    return change


def drop(title):
    def change(opened):
        del opened[title]

    return change


def relabel(opened):
    at = place("requests.received.individual")
    opened[at.sheet].cell(at.row, 1).value = "一、收到的申请"


def insert_row(opened):
    at = place("requests.received.individual")
    opened[at.sheet].insert_rows(at.row)
