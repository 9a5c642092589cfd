"""What the tests of a press share: workbooks with and without faults."""

from __future__ import annotations

import dataclasses

import xlwings as xw

import engine
from desk import book, example, figures
from helpers import common, editions
from nianbao.button.live import Live
from nianbao.context import context
from nianbao.layout import FINDINGS_FROM
from nianbao.office.examine import examine
from nianbao.reading.read import read


LIST = "校验结果"


def by_cli(data):
    """What ``nianbao check`` says of a file."""
    return examine(read(data, editions(), common()), common())


def by_button(data):
    """What a press says of the same workbook when it is open."""
    with engine.started() as running:
        return Live(xw.Book(impl=running.app.books.put(data)), context()).findings()


def complete_report():
    report = example("659900-T03")
    zeros = dict.fromkeys(editions()[report.edition].figures, 0)
    said = "本年度未收到政府信息公开申请，考核、社会评议正常，没有责任追究情形。"
    texts = dict.fromkeys(editions()[report.edition].text_keys, said)
    whole = dataclasses.replace(report, figures=zeros, narrative=texts, nil_returns=frozenset())
    return figures(whole)


def two_faults():
    return book(
        figures_as_stated(disclosure__rules__issued=None, disclosure__fees__amount_wan="无")
    )


def figures_as_stated(**changes):
    report = complete_report()
    named = {key.replace("__", "."): value for key, value in changes.items()}
    return dataclasses.replace(report, figures={**report.figures, **named})


def listed(opened):
    """The rows of the list that are not blank."""
    opened.calculate()
    sheet = opened.held.sheet(LIST)
    rows = range(FINDINGS_FROM, sheet.end[0] + 1)
    values = [tuple(sheet.value((row, column)) for column in range(1, 7)) for row in rows]
    return [row for row in values if any(row)]
