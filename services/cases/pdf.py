"""The filled application form as a PDF (A4), its Chinese font embedded and cut down to the characters used."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path

import segno
from fontTools.ttLib import TTFont
from fpdf import FPDF
from fpdf.enums import TableBordersLayout, TableCellFillMode
from fpdf.fonts import FontFace

from common.clock import local
from services.cases.model import Application, Case, words
from services.messages.model import MaterialLine

_FONT = Path(__file__).parent / "fonts" / "NotoSansSC-subset.ttf"
_FAMILY = "form"
_MISSING = "〓"  # the printer's sign for a character not in stock
_GREY, _LINE = (90, 90, 90), (180, 180, 180)


class _Page(FPDF):
    """A4 with a footer; every text goes through :func:`printable`."""

    def __init__(self, title: str):
        super().__init__(format="A4")
        self.set_margins(18, 16, 18)
        self.set_auto_page_break(True, margin=20)
        self.add_font(_FAMILY, fname=_FONT)
        self.set_lang("zh-CN")
        self.set_title(printable(title))
        self.set_draw_color(*_LINE)
        self.add_page()

    def footer(self) -> None:
        self.set_y(-14)
        self.set_font(_FAMILY, size=8)
        self.set_text_color(*_GREY)
        self.cell(0, 6, words()["pdf"]["footer"].format(page=self.page_no(), total="{nb}"), align="C")
        self.set_text_color(0)

    def heading(self, text: str) -> None:
        self.ln(4)
        self.set_font(_FAMILY, size=12)
        self.cell(0, 8, printable(text), new_x="LMARGIN", new_y="NEXT")

    def rows(self, rows: list[tuple[str, str]], widths: tuple[int, int]) -> None:
        self.set_font(_FAMILY, size=10)
        with self.table(
            first_row_as_headings=False,
            col_widths=widths,
            line_height=6.2,
            padding=1.2,
            borders_layout=TableBordersLayout.ALL,
            cell_fill_mode=TableCellFillMode.NONE,
            headings_style=FontFace(),
        ) as table:
            for row in rows:
                cells = table.row()
                for text in row:
                    cells.cell(printable(text))


def application_pdf(*, case: Case, application: Application) -> bytes:
    """The form as it was submitted."""
    say = words()["pdf"]
    page = _Page(application.title)
    _head(page, case, application)
    page.heading(say["form"])
    page.rows([(f.label, f.value or say["empty"]) for f in application.fields], (30, 70))
    page.heading(say["materials"])
    materials = [(m.name, _how(m)) for m in application.materials] or [(say["no_material"], "")]
    page.rows(materials, (60, 40))
    page.ln(6)
    page.set_font(_FAMILY, size=10)
    page.cell(90, 8, f"{say['applicant']}：")
    page.cell(0, 8, f"{say['date']}：", new_x="LMARGIN", new_y="NEXT")
    page.set_font(_FAMILY, size=8)
    page.set_text_color(*_GREY)
    page.cell(0, 6, say["made_by"])
    return bytes(page.output())


def _head(page: _Page, case: Case, application: Application) -> None:
    say = words()["pdf"]
    top = page.get_y()
    code = BytesIO()
    segno.make_qr(case.number, error="m").save(code, kind="png", scale=6, border=1)
    page.image(code, x=page.w - page.r_margin - 24, y=top, w=24, h=24, alt_text=f"{say['scan']} {case.number}")
    page.set_font(_FAMILY, size=18)
    page.multi_cell(page.epw - 30, 9, printable(application.title), new_x="LMARGIN", new_y="NEXT", align="L")
    page.set_font(_FAMILY, size=10)
    lines = [(say["number"], case.number), (say["item"], case.guide_name), (say["submitted_at"], f"{local(case.created_at):%Y-%m-%d %H:%M}")]
    for label, value in lines:
        page.multi_cell(page.epw - 30, 6, printable(f"{label}：{value}"), new_x="LMARGIN", new_y="NEXT", align="L")
    page.set_y(max(page.get_y(), top + 26))


def _how(material: MaterialLine) -> str:
    say = words()["pdf"]
    if material.waived_by:
        return say[f"waived_{material.waived_by}"]
    parts = [material.kind, material.copies and say["copies"].format(copies=material.copies)]
    parts += [None if material.required else say["optional"], say["deferrable"] if material.deferrable else None]
    return "，".join(p for p in parts if p)


def printable(text: str) -> str:
    """The text with what the font lacks replaced, and control characters gone."""
    glyphs = _glyphs()
    return "".join(c if ord(c) in glyphs or c == "\n" else _MISSING for c in text if c == "\n" or c.isprintable())


@cache
def _glyphs() -> frozenset[int]:
    with TTFont(_FONT, lazy=True) as font:
        return frozenset(font.getBestCmap())
