"""Interrupted at any moment, earlier outputs stay whole, and the next run completes."""

from __future__ import annotations

import errno
import hashlib
import json
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from desk import Desk, complete
from helpers import HERE, common
from nianbao.book import models
from nianbao.office import files


OUTPUTS = {"汇总.xlsx", "汇总.json", "看板.html", "上报.xlsx"}
A = complete("659900-T1", "甲乡")
B = complete("659900-T2", "乙镇", requests__received__individual=5, requests__granted__individual=4)
DRIVER = HERE / "support" / "killed.py"


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path).enrol(A, B).receive(A)


def digests(folder: Path) -> dict[str, str]:
    there = sorted(folder.iterdir()) if folder.is_dir() else []
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in there}


def killed_everywhere(desk, *more: str) -> list[dict]:
    """What the driver saw: one line for each event at which the command was killed."""
    words = ["merge", str(desk.inbox), "--units", desk.roster, *more, "-o", str(desk.out)]
    done = subprocess.run(
        [sys.executable, str(DRIVER), str(desk.out), *words], capture_output=True, check=True
    )
    # the first lines are the reference run's own words
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith(b"{")]


def test_killed_at_every_step_earlier_outputs_stay_whole_and_the_next_run_completes(desk):
    desk.merge()
    before = digests(desk.out)
    desk.receive(B)
    lines = killed_everywhere(desk, "--force")
    _judge(lines, before)
    assert any(set(one["after"]) > OUTPUTS for one in lines), "no kill left anything behind"
    assert any(one["after"]["汇总.json"] != before["汇总.json"] for one in lines[:-1])


def test_killed_at_every_step_of_the_first_run_nothing_is_half_there(desk):
    desk.receive(B)
    _judge(killed_everywhere(desk), {})


def _judge(lines, before):
    """Each output is the earlier one, byte for byte, or the new one; then all are, and no more."""
    *killed, through = lines
    new = through["after"]
    assert through["ended"] == 0
    assert set(new) == OUTPUTS
    assert len(killed) > 20
    for one in killed:
        assert one["ended"] == -signal.SIGKILL
        assert all(one["after"].get(name) in {before.get(name), new[name]} for name in OUTPUTS)
        assert one["again"] == 0
        assert one["then"] == new, "the next run did not complete, or left something"


def without_date(path: Path) -> bytes:
    """A file's bytes; of 汇总.json all but when it was made."""
    if path.suffix != ".json":
        return path.read_bytes()
    return repr({**json.loads(path.read_text(encoding="utf-8")), "made": ""}).encode()


def contents(folder: Path) -> dict[str, bytes]:
    return {name: without_date(folder / name) for name in OUTPUTS}


def test_killed_at_random_times_for_real(desk, tmp_path):
    """Each run starts from the earlier outputs, so that a file of either run shows."""
    desk.merge()
    earlier, before = tmp_path / "earlier", contents(desk.out)
    shutil.copytree(desk.out, earlier)
    desk.receive(B)
    words = ["merge", str(desk.inbox), "--units", desk.roster, "-o", str(desk.out), "--force"]
    command = [sys.executable, "-m", "nianbao", *words]
    start = time.monotonic()
    subprocess.run(command, check=True, capture_output=True)
    took, new = time.monotonic() - start, contents(desk.out)
    assert all(new[name] != before[name] for name in OUTPUTS)
    for one in random.Random(5).sample(range(100), 3):
        shutil.rmtree(desk.out)
        shutil.copytree(earlier, desk.out)
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(took * one / 100)  # when, does not matter
        process.kill()
        process.wait()
        there = contents(desk.out)
        assert all(there[name] in {before[name], new[name]} for name in OUTPUTS)
    subprocess.run(command, check=True, capture_output=True)
    assert contents(desk.out) == new
    assert set(digests(desk.out)) == OUTPUTS


# --- a full disk ------------------------------------------------------------------------------


class FullDisk:
    """A stream that takes half of what is written, then has no room."""

    def __init__(self, stream):
        self.stream = stream

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stream.close()

    def write(self, data):
        self.stream.write(data[: len(data) // 2])
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_at_any_output_is_a_sentence_and_harms_nothing(desk, monkeypatch, capsys):
    desk.merge()
    before, opened, full = digests(desk.out), [], 0
    desk.receive(B)

    def open_(path, mode="r", real=files.Path.open, **more):
        stream = real(path, mode, **more)
        if mode == "xb":
            opened.append(path)
        return FullDisk(stream) if mode == "xb" and len(opened) == full else stream

    monkeypatch.setattr(files.Path, "open", open_)
    for full in range(1, len(OUTPUTS) + 1):
        opened.clear()
        capsys.readouterr()
        assert desk.merge("--force") == 2
        assert "磁盘已满" in capsys.readouterr().err
        assert len(opened) == full
        assert digests(desk.out) == before


def test_a_full_disk_under_the_temporary_files_is_a_sentence(desk, monkeypatch, capsys):
    import tempfile

    def mkdtemp(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device", "/tmp/x")

    monkeypatch.setattr(tempfile, "mkdtemp", mkdtemp)
    models._loaded.clear()  # as when a command begins
    assert desk.merge() == 2
    assert capsys.readouterr().err == "错误：读写不了 /tmp/x：磁盘已满。\n"
    assert not desk.out.exists()


# --- what is left behind ----------------------------------------------------------------------


def killed(*_):
    raise KeyboardInterrupt


def test_only_what_was_left_of_the_same_outputs_is_removed(tmp_path, monkeypatch):
    target, other = tmp_path / "甲", tmp_path / "乙"
    with monkeypatch.context() as patched:
        patched.setattr(files.Path, "replace", killed)
        patched.setattr(files.Path, "unlink", lambda *_, **__: None)  # nothing runs after a kill
        with pytest.raises(KeyboardInterrupt):
            files.write_all({target: b"1", other: b"2"}, common())
    left = set(tmp_path.iterdir())
    assert {path.suffix for path in left} == {".tmp", ".set"}
    files.write_whole(target, b"3", common())
    assert len(left - set(tmp_path.iterdir())) == 1
    files.write_all({target: b"1", other: b"4"}, common(), force=True)
    assert {path.name for path in tmp_path.iterdir()} == {"甲", "乙"}


def test_the_same_command_completes_a_run_that_was_killed_half_way(desk):
    desk.merge()
    before = digests(desk.out)
    outputs = [desk.out / name for name in OUTPUTS]
    files._mark(outputs).touch()  # as a kill between two outputs leaves it
    assert desk.merge() == 1
    assert set(digests(desk.out)) == OUTPUTS
    assert digests(desk.out) == before
