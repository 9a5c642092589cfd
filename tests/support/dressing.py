"""How a workbook is made to show other than it says: styles, merges, rows (on ``oox.Book``)."""

from __future__ import annotations

from lxml import etree

from mutations import SHEETS
from oox import M


def styled(book, *, numFmt=None, font=None, fill=None, align=None):  # noqa: N803
    """Add a cell style to a workbook, as the template's input but for what is given."""
    styles = etree.fromstring(book.parts["xl/styles.xml"])

    def add(parent, xml):
        owner = styles.find(f"{M}{parent}")
        if owner is None:
            owner = etree.Element(f"{M}{parent}")
            styles.insert(0, owner)
        owner.append(etree.fromstring(f'<x xmlns="{M[1:-1]}">{xml}</x>')[0])
        return str(len(owner) - 1)

    at = book.cells(SHEETS["requests"])[7, 4].get("s")
    whole = etree.tostring(styles.find(f"{M}cellXfs")[int(at)], encoding="unicode")
    number = add("cellXfs", whole)
    xf = styles.find(f"{M}cellXfs")[-1]
    if numFmt is not None:
        add("numFmts", f'<numFmt numFmtId="901" formatCode="{numFmt.replace(chr(34), "&quot;")}"/>')
        xf.set("numFmtId", "901")
    if font is not None:
        xf.set("fontId", add("fonts", f"<font>{font}</font>"))
    if fill is not None:
        xf.set("fillId", add("fills", f"<fill>{fill}</fill>"))
    if align is not None:
        for one in list(xf):
            xf.remove(one)
        xf.append(etree.fromstring(f'<alignment xmlns="{M[1:-1]}" {align}/>'))
    book.parts["xl/styles.xml"] = etree.tostring(styles)
    return number


def merging(area, sheet="requests"):
    """Merge as the format painter does: what lies under the area stays there."""

    def change(book):
        owner = book.tree(SHEETS[sheet]).find(f"{M}mergeCells")
        etree.SubElement(owner, f"{M}mergeCell", ref=area)

    return change


def row(number, **attributes):
    def change(book):
        rows = book.rows(SHEETS["requests"]).iter(f"{M}row")
        one = next(one for one in rows if one.get("r") == str(number))
        for name, value in attributes.items():
            one.set(name, value)

    return change
