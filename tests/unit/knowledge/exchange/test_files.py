"""Guides as files: exactly back from every format, nothing that a spreadsheet would calculate, and errors by line."""

from __future__ import annotations

import csv
import io
import zipfile
from types import ModuleType
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from knowledge.exchange import csv_file, xlsx_file, yaml_file
from knowledge.exchange.layout import sheets
from knowledge.exchange.tables import to_drafts
from knowledge.schema.library import shipped_guides
from knowledge.workflow.checking import checked
from tests.fakes.guides import document

TABLES = [csv_file, xlsx_file]


def again(files: ModuleType, body: bytes, **present: dict[str, Any]) -> dict[str, dict[str, Any]]:
    rows, errors = files.read(body)
    assert errors == {}
    drafts, errors = to_drafts(rows, present.get)
    assert errors == {}
    return {guide_id: checked(draft.document) for guide_id, draft in drafts.items()}


def test_yaml_comes_back_exactly() -> None:
    documents = [g.document() for g in shipped_guides()]
    read, errors = yaml_file.read(yaml_file.write(documents))
    assert errors == {} and [checked(d) for d in read] == documents


@pytest.mark.parametrize("files", TABLES)
def test_tables_come_back_exactly(files: ModuleType) -> None:
    documents = {g.id: g.document() for g in shipped_guides()[::6]}
    assert again(files, files.write(documents.values())) == documents


@pytest.mark.parametrize("files", TABLES)
@pytest.mark.parametrize("text", ["=1+1", "+86", "-1", "@x", "'=1", "'quoted", "\t=1", "多\n行", 'a"b,c', "是"])
def test_hostile_and_odd_texts_come_back_exactly(files: ModuleType, text: str) -> None:
    whole = checked(document(department=text.strip(), fees=[{"what": "工本费", "amount": text.strip(), "basis": text}]))
    assert again(files, files.write([whole])) == {"ce-shi": whole}


def test_no_cell_of_a_csv_is_a_formula() -> None:
    whole = checked(document(summary="=HYPERLINK(\"http://x\")", aliases=["@SUM(A1)", "-2"], conditions=["+1"]))
    cells = [c for line in csv.reader(io.StringIO(csv_file.write([whole]).decode("utf-8-sig"))) for c in line]
    assert any("HYPERLINK" in c for c in cells) and [c for c in cells if c[:1] in ("=", "+", "-", "@", "\t", "\r")] == []


def test_no_cell_of_a_workbook_is_a_formula() -> None:
    book = load_workbook(io.BytesIO(xlsx_file.write([checked(document(summary="=1+1"))])))
    cells = [c for sheet in book for line in sheet.iter_rows() for c in line if c.value is not None]
    assert {c.data_type for c in cells} == {"s"} and all(c.quotePrefix for c in cells if str(c.value).startswith("="))


def test_a_formula_in_a_workbook_is_refused_with_its_line() -> None:
    book = Workbook()
    sheet = book.active
    sheet.title = "指南"
    sheet.append(["事项编号", "事项名称"])
    sheet.append(["ce-shi", "=A1"])
    out = io.BytesIO()
    book.save(out)
    assert xlsx_file.read(out.getvalue())[1] == {"指南 第2行": "单元格里是公式，请改成文字或数值"}


def test_a_line_adds_to_what_is_there_and_empties_nothing() -> None:
    whole = checked(document(fees=[{"what": "工本费", "amount": "1元"}]))
    made = again(csv_file, "事项编号,实施主体,简介\nce-shi,市公安局,\n".encode(), **{"ce-shi": whole})
    assert made == {"ce-shi": {**whole, "department": "市公安局"}}


def test_the_rows_of_a_part_replace_the_part() -> None:
    whole = checked(document(faq=[{"q": "旧？", "a": "旧。"}]))
    made = again(csv_file, "部分,事项编号,问题,回答\n常见问题,ce-shi,甲？,甲。\n常见问题,ce-shi,乙？,乙。\n".encode(), **{"ce-shi": whole})
    assert [f["q"] for f in made["ce-shi"]["faq"]] == ["甲？", "乙？"] and made["ce-shi"]["materials"] == whole["materials"]


def test_a_csv_saved_by_a_chinese_spreadsheet_is_read() -> None:
    rows, errors = csv_file.read("事项编号,事项名称\r\nce-shi,养犬登记\r\n".encode("gb18030"))
    assert errors == {} and rows[0].cells["name"] == "养犬登记"


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("事项编号,没有的列\nx,1\n", "没有的列", "没有“没有的列”这一列"),
        ("部分,事项编号\n没有的部分,x\n", "指南 第2行", "没有“没有的部分”这个部分"),
        ("事项编号,事项名称\n,名\n", "指南 第2行", "没有填事项编号"),
        ("事项编号,事项名称\nx,甲\nx,乙\n", "指南 第3行", "出现了两次"),
        ("部分,事项编号,名称,份数\n申请材料,x,甲,1\n", "申请材料 第2行", "还没有指南"),
        ("部分,事项编号,份数\n指南,x,\n申请材料,x,两份\n", "申请材料 第3行 · 份数", "要填数字"),
        ("部分,事项编号,必需\n指南,x,\n申请材料,x,也许\n", "申请材料 第3行 · 必需", "“是”或“否”"),
        ("部分,事项编号,法定时限\n指南,x,\n办结时限,x,很快\n", "办结时限 第3行 · 法定时限", "20工作日"),
        ("部分,事项编号,适用条件\n指南,x,\n申请材料,x,{who\n", "申请材料 第3行 · 适用条件", "JSON"),
    ],
)
def test_errors_say_where(text: str, place: str, said: str) -> None:
    rows, errors = csv_file.read(text.encode())
    errors = errors or to_drafts(rows, lambda _: None)[1]
    assert said in errors[place]


@pytest.mark.parametrize("body", [b"", b"not a zip", b"PK\x03\x04broken", "事项编号".encode("utf-16")])
@pytest.mark.parametrize("files", [xlsx_file, yaml_file, csv_file])
def test_a_file_of_another_kind_is_refused_or_empty(files: ModuleType, body: bytes) -> None:
    read, errors = files.read(body)
    assert errors or not [r for r in read if isinstance(r, dict) or not isinstance(r, str)]


def test_a_workbook_that_unpacks_to_too_much_is_not_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (65 * 1024 * 1024))
    assert "内容太多" in str(xlsx_file.read(out.getvalue())[1])


def test_yaml_with_references_is_refused() -> None:
    assert "引用" in str(yaml_file.read(b"a: &a [1]\nb: [*a, *a]\n")[1])


def test_broken_yaml_names_the_line() -> None:
    assert list(yaml_file.read(b"id: x\nname: [\n- :\n")[1]) == ["指南 第3行"]


def test_headings_are_unlike_within_a_sheet() -> None:
    assert all(len({c.label for c in s.columns}) == len(s.columns) for s in sheets())
