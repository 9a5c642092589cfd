"""Bytes of text files as text: what Windows and spreadsheets write in China."""

from __future__ import annotations

import pytest

from nianbao.encoding import decoded


TEXT = "代码,名称\n654224-T05,多拉特乡"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb2312", "gbk", "gb18030"])
def test_a_text_is_read_in_whatever_encoding_it_was_saved(encoding):
    assert decoded(TEXT.encode(encoding)) == TEXT


def test_a_letter_that_gbk_lacks_is_read():
    assert decoded("㐀镇".encode("gb18030")) == "㐀镇"


def test_what_is_neither_is_refused():
    with pytest.raises(UnicodeDecodeError):
        decoded(b"\xff\xfe\x00")
