"""Workers: bounded in time and memory; one file's end is no other's."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import subprocess
import sys
import time
import zipfile
from multiprocessing.context import SpawnProcess
from pathlib import Path

import pytest

import hostile
from desk import book, complete
from nianbao.context import context
from nianbao.errors import Finding, NianbaoError
from nianbao.office.arrival import InboxFile
from nianbao.office.engine import inbox, workers
from nianbao.office.engine.bounds import BOUNDS, Bounds, Failure
from nianbao.office.engine.exchange import dumps
from nianbao.office.intake import entries
from nianbao.reading.read import Reading


SHORT = Bounds(seconds=4, workers=2, share=2)
"""Long for what takes no time, however busy the machine is."""

A = complete("659900-T1", "甲乡")


def answers(calls, bounds=SHORT):
    return list(workers.each([(n, call) for n, call in enumerate(calls)], context(), bounds))


def test_answers_come_in_the_order_of_the_calls():
    calls = [None if n % 5 == 4 else (hostile.pause_and_double, n) for n in range(20)]
    expected = [(n, None if n % 5 == 4 else n * 2) for n in range(20)]
    assert answers(calls) == expected


@pytest.mark.parametrize(
    ("deed", "failure"),
    [
        (hostile.hang, Failure.TIME),
        (hostile.hang_in_native_code, Failure.TIME),
        (hostile.abort, Failure.CRASH),
        (hostile.leave, Failure.CRASH),
        (hostile.break_down, Failure.CRASH),
        pytest.param(
            hostile.devour,
            Failure.MEMORY,
            marks=pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits memory"),
        ),
    ],
    ids=lambda one: getattr(one, "__name__", one),
)
def test_what_a_file_does_to_a_worker_is_that_files_alone(deed, failure):
    calls = [(hostile.double, 1), (deed, 2), (hostile.double, 3), (hostile.double, 4)]
    assert [answer for _, answer in answers(calls)] == [2, failure, 6, 8]


def test_workers_are_kept_for_the_next_run_and_few_files_need_one():
    first = {pid for _, pid in answers([(hostile.process, n) for n in range(2)], Bounds(workers=4))}
    again = {pid for _, pid in answers([(hostile.process, n) for n in range(8)], Bounds(workers=4))}
    assert len(first) == 1
    assert first == again
    assert os.getpid() not in first


def test_a_run_that_is_given_up_leaves_no_worker_busy():
    run = workers.each([(1, (hostile.double, 1)), (2, (hostile.hang, 2))], context(), SHORT)
    assert next(run) == (1, 2)
    run.close()
    assert answers([(hostile.double, 5)]) == [(0, 10)]


def test_a_worker_that_does_not_start_is_said_in_a_sentence(monkeypatch):
    def refuse(_):
        raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr("multiprocessing.context.SpawnProcess.start", refuse)
    with pytest.raises(NianbaoError, match="子进程没有启动"):
        answers([(hostile.double, 1)], Bounds(seconds=9))


def test_a_worker_that_is_never_ready_is_not_waited_for_without_end(monkeypatch):
    monkeypatch.setattr(workers, "serve", hostile.never_ready)
    before = set(multiprocessing.active_children())
    with pytest.raises(NianbaoError, match="子进程没有启动（启动不了）"):
        answers([(hostile.double, 1)], Bounds(seconds=9, start=0.5))
    assert set(multiprocessing.active_children()) <= before


def ods_with_a_cell_far_away(rows: int) -> bytes:
    """An .ods of some hundred bytes whose sheet spans many million cells."""
    import io

    content = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2">'
        '<office:body><office:spreadsheet><table:table table:name="甲">'
        f'<table:table-row table:number-rows-repeated="{rows}">'
        '<table:table-cell office:value-type="float" office:value="1"'
        ' table:number-columns-repeated="16384"><text:p>1</text:p></table:table-cell>'
        "</table:table-row></table:table></office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr(
            "META-INF/manifest.xml",
            '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
    return buffer.getvalue()


@pytest.mark.parametrize("rows", [5_000, 50_000, 1_048_576])
def test_a_sparse_sheet_that_spans_everything_fells_no_run(rows):
    data = ods_with_a_cell_far_away(rows)
    came = [InboxFile("一.ods", lambda: data), InboxFile("甲乡.xlsx", lambda: book(A))]
    bad, good = inbox.opened(came, context(), bounds=Bounds(seconds=20))
    assert isinstance(bad.content, Finding)
    assert bad.content.rule in {"F01", "F05"}
    assert bad.content.remedy
    assert isinstance(good.content, Reading)


def test_a_slow_file_is_named_and_the_next_one_read(monkeypatch, tmp_path):
    for name, data in (("一.xlsx", hostile.SLOW), ("二.xlsx", book(A))):
        (tmp_path / name).write_bytes(data)
    monkeypatch.setattr(inbox, "understood", hostile.slow_or_read)
    slow, good = inbox.opened(entries([tmp_path], context().catalogue), context(), bounds=SHORT)
    assert slow.name == "一.xlsx"
    assert slow.content.rule == "F05"
    assert "4 秒" in slow.content.message
    assert good.content == "read"


CTRL_C = """
import os, signal, sys
from multiprocessing.context import SpawnProcess

import hostile
from nianbao import cli
from nianbao.office.engine import inbox, workers


def pressed(act):
    def interrupted(*given):
        os.killpg(os.getpgrp(), signal.SIGINT)  # as a terminal does: to the workers too
        return act(*given)
    return interrupted


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # it may be ignored where tests run
    inbox.understood = hostile.hang_for
    if sys.argv[1] == "while a worker is started":
        SpawnProcess.start = pressed(SpawnProcess.start)
    if sys.argv[1] == "before it is ready":
        workers._Worker._await_start = pressed(workers._Worker._await_start)
    sys.exit(cli.main(["check", sys.argv[2]]))
"""
MOMENTS = ("while a worker is started", "before it is ready", "while a file hangs")


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("moment", MOMENTS)
def test_ctrl_c_ends_with_a_sentence_and_no_worker_left(tmp_path, moment):
    script, file, hangs = (tmp_path / name for name in ("run.py", "甲乡.xlsx", "hangs"))
    script.write_text(CTRL_C, encoding="utf-8")
    file.write_bytes(book(A))
    known = {"PYTHONPATH": os.pathsep.join(sys.path), hostile.HANGS: str(hangs)}
    with subprocess.Popen(
        [sys.executable, str(script), moment, str(file)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        env={**os.environ, **known},
    ) as run:
        if moment == MOMENTS[-1]:
            wait(lambda: hangs.exists() or run.poll() is not None)
            os.killpg(run.pid, signal.SIGINT)
        _, said = run.communicate()
    assert run.returncode == 2
    assert said.decode() == "已中断；已写好的文件都是完整的。\n"
    assert hangs.exists() == (moment == MOMENTS[-1])
    wait(lambda: not alive_in_group(run.pid))


def wait(there) -> None:
    """Until it is so, however busy the machine is."""
    while not there():
        time.sleep(0.05)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows holds no signal back")
def test_ctrl_c_while_a_worker_is_started_is_heard_and_the_worker_is_gone(monkeypatch):
    real, before = SpawnProcess.start, set(multiprocessing.active_children())

    def interrupted(process):
        signal.raise_signal(signal.SIGINT)
        real(process)

    monkeypatch.setattr(SpawnProcess, "start", interrupted)
    with pytest.raises(KeyboardInterrupt):
        answers([(hostile.double, 1)], Bounds(seconds=9, workers=1, share=3))
    assert set(multiprocessing.active_children()) <= before


def alive_in_group(group: int) -> list[str]:
    """The processes of a group that still run (a dead one may wait to be reaped)."""
    found = []
    for one in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, _, its = one.read_text().rpartition(")")[2].split()[:3]
            if int(its) == group and state != "Z":
                found.append(one.parent.name)
    return found


def test_an_answer_to_another_question_is_none():
    """Whatever mixes up the pipe, no file gets another one's figures."""
    worker = workers._Worker(BOUNDS, context())
    try:
        worker.ask(dumps((len, b"123")))
        assert worker.answer(context()) == 3
        worker.ask(dumps((len, b"1")))
        worker.asked += 1  # as if somebody else had asked meanwhile
        assert worker.answer(context()) is Failure.CRASH
        assert not worker.alive
    finally:
        worker.end()


def test_a_fork_does_not_speak_with_the_workers_of_its_parent():
    assert [one for _, one in workers.each([(1, (len, b"12"))], context(), BOUNDS)] == [2]
    idle = workers._IDLE[os.getpid(), BOUNDS]
    assert idle
    process = os.fork()
    if process == 0:
        workers.close()
        os._exit(len(workers._Staff(BOUNDS, context()).idle))
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 0
    assert [one for _, one in workers.each([(1, (len, b"123"))], context(), BOUNDS)] == [3]
