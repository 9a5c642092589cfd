"""The folder a county hands out: complete for Windows, its scripts readable there."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from email import message_from_string
from pathlib import Path
from types import SimpleNamespace

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

from nianbao import cli
from nianbao.button import kit, machine
from nianbao.shipped import shipped
from nianbao.version import __version__
from once import once


EMBEDDED = {"python.exe": "", "python311._pth": "python311.zip\n.\n\n#import site\n"}


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    """The kit, with a stand-in for the Python of python.org."""
    return once(tmp_path_factory, "县", _collect) / "Nianbao"


def _collect(folder: Path) -> None:
    zipped = folder / "python-3.11.9-embed-amd64.zip"
    with zipfile.ZipFile(zipped, "w") as archive:
        for name, text in EMBEDDED.items():
            archive.writestr(name, text)
    assert cli.main(["button", "kit", "-o", str(folder), "--python", str(zipped)]) == 0


def wheels(folder: Path) -> dict[str, Path]:
    paths = (folder / "wheels").glob("*.whl")
    return {parse_wheel_filename(path.name)[0]: path for path in paths}


def needed(wheel: Path) -> set[str]:
    """What a wheel requires on the Windows that the kit is for."""
    where = {
        **default_environment(), "sys_platform": "win32", "platform_system": "Windows",
        "os_name": "nt", "platform_machine": "AMD64", "python_version": "3.11",
        "python_full_version": "3.11.9", "extra": "",
    }  # fmt: skip
    with zipfile.ZipFile(wheel) as archive:
        name = next(n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        head = message_from_string(archive.read(name).decode())
    wanted = map(Requirement, head.get_all("Requires-Dist") or [])
    return {
        canonicalize_name(one.name)
        for one in wanted
        if one.marker is None or one.marker.evaluate(where)
    }


def test_the_kit_holds_all_that_its_wheels_need_on_windows(collected):
    there = wheels(collected)
    assert {"nianbao", "xlwings", "pywin32", "openpyxl"} < set(there)
    for path in there.values():
        assert needed(path) <= set(there), path.name


def test_every_wheel_of_the_kit_is_for_windows_or_for_all(collected):
    tags = [parse_wheel_filename(path.name)[3] for path in wheels(collected).values()]
    assert {one.platform for several in tags for one in several} == {"win_amd64", "any"}


def test_the_kits_python_is_ready_to_run(collected):
    site = collected / "python" / "Lib" / "site-packages"
    assert (site / "nianbao" / "schemas" / "common.toml").is_file()
    assert (site / "pywin32.pth").is_file()
    assert list(site.glob("pywin32_system32/pywintypes311.dll"))
    listed = (collected / "python" / "python311._pth").read_text(encoding="utf-8").splitlines()
    assert "import site" in listed


def test_our_own_wheel_runs_from_the_kit(collected):
    site = collected / "python" / "Lib" / "site-packages"
    code = (
        "import sys; sys.path.insert(0, sys.argv.pop(1)); import nianbao.cli;"
        "print(nianbao.__file__); nianbao.cli.main()"
    )
    run = [sys.executable, "-c", code, site, "--version"]
    shown = subprocess.run(run, capture_output=True, text=True, check=True).stdout
    assert shown.split() == [str(site / "nianbao" / "__init__.py"), "nianbao", __version__]


def test_the_scripts_can_be_read_by_a_chinese_windows(collected):
    assert {p.name for p in collected.iterdir()} == {
        "wheels", "python", "安装.cmd", "卸载.cmd", "说明.txt",
    }  # fmt: skip
    for path in collected.glob("*.cmd"):
        data = path.read_bytes()
        assert data.count(b"\r\n") == data.count(b"\n") > 5
        text = data.decode("gbk")
        assert text.startswith("@echo off\r\nchcp 936 >nul\r\n")
        assert "{" not in text
        special = set(b'%&<>|^!"')  # which a console that reads bytes would take for its own
        for char in text:
            trail = char.encode("gbk")[1:]
            assert not set(trail) & special, char
    note = (collected / "说明.txt").read_bytes()
    assert note.startswith(b"\xef\xbb\xbf")
    assert __version__ in note.decode("utf-8-sig")
    assert f"要 {machine.WINDOWS}" in note.decode("utf-8-sig")


def test_an_old_windows_is_told_so_before_anything_is_copied(collected):
    text = (collected / "安装.cmd").read_bytes().decode("gbk")
    assert f"校验程序要 {machine.WINDOWS}。" in text
    assert text.index("goto toolold") < text.index("robocopy")
    pattern = re.search(r'ver \| findstr /r /c:"(.*)" >nul\r\nif errorlevel 1 goto toolold', text)[
        1
    ]
    for said, known in (
        ("Microsoft Windows [版本 10.0.19045.2965]", True),
        ("Microsoft Windows [Version 10.0.22631.1]", True),
        ("Microsoft Windows [版本 6.1.7601]", False),
        ("Microsoft Windows [Version 6.3.9600]", False),
    ):
        assert bool(re.search(pattern, said)) == known, said


def test_every_label_a_script_goes_to_is_there(collected):
    for path in collected.glob("*.cmd"):
        lines = path.read_bytes().decode("gbk").split("\r\n")
        labels = {line[1:] for line in lines if line.startswith(":")}
        gone_to = {line.rpartition("goto ")[2] for line in lines if "goto " in line}
        assert gone_to == labels - {"done"} | (gone_to & {"done"}), path.name


def test_what_a_script_starts_is_what_the_macro_looks_for(collected):
    text = (collected / "安装.cmd").read_bytes().decode("gbk")
    assert r'set "DEST=%LOCALAPPDATA%\Nianbao"' in text
    for program in (machine.PROGRAM, machine.PYTHON):
        inside = program.removeprefix(machine.HOME)
        assert f'"%DEST%{inside}"' in text


def test_a_kit_is_not_overwritten_unasked(collected, capsys):
    assert cli.main(["button", "kit", "-o", str(collected.parent)]) == 2
    assert "--force" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["python-3.11.9-amd64.exe", "python-3.11.9-embed-amd64.zip"])
def test_another_file_than_the_one_of_python_org_is_refused(tmp_path, capsys, name):
    (tmp_path / name).write_bytes(b"MZ")
    words = ["button", "kit", "-o", str(tmp_path / "out"), "--python", str(tmp_path / name)]
    assert cli.main(words) == 2
    assert "不是 python.org 的" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_folder_without_the_frozen_program_is_refused(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(kit, "own_wheel", lambda _: shipped("nothing.whl"))
    monkeypatch.setattr(kit, "_pip", lambda *_: None)
    words = ["button", "kit", "-o", str(tmp_path / "out"), "--program", str(tmp_path)]
    assert cli.main(words) == 2
    assert f"收集安装文件没有成功：{tmp_path} 里没有 nianbao-check.exe。" in capsys.readouterr().err


@pytest.mark.parametrize(("stderr", "why"), [
    ("WARNING: slow\nERROR: no network\n", "ERROR: no network"), ("", "pip 没有说原因"),
    (None, "这台电脑的 Python 没有 pip"),
])  # fmt: skip
def test_why_pip_failed_is_said(tmp_path, monkeypatch, capsys, stderr, why):
    there = SimpleNamespace(find_spec=lambda _: None if stderr is None else "pip")
    ended = SimpleNamespace(returncode=1, stderr=stderr)
    monkeypatch.setattr(kit, "own_wheel", lambda _: shipped("nothing.whl"))
    monkeypatch.setattr(kit, "util", there)
    monkeypatch.setattr(kit.subprocess, "run", lambda *_, **__: ended)
    assert cli.main(["button", "kit", "-o", str(tmp_path / "out")]) == 2
    assert f"收集安装文件没有成功：{why}。" in capsys.readouterr().err


def test_a_registry_that_is_not_reached_leaves_nothing(tmp_path, monkeypatch, capsys):
    for name, value in (("PIP_INDEX_URL", "http://127.0.0.1:9/"), ("PIP_RETRIES", "0"),
                        ("PIP_FIND_LINKS", ""), ("PIP_EXTRA_INDEX_URL", "")):  # fmt: skip
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(kit, "own_wheel", lambda _: shipped("nothing.whl"))
    assert cli.main(["button", "kit", "-o", str(tmp_path / "out")]) == 2
    assert "收集安装文件没有成功" in capsys.readouterr().err
    assert list((tmp_path / "out").iterdir()) == []


def test_an_installed_program_is_repacked_as_the_wheel_it_came_from(tmp_path, collected):
    """As it happens at a county, where nianbao was installed from a wheel."""
    own = wheels(collected)["nianbao"]
    site = tmp_path / "site"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
    subprocess.run([*pip, "--target", site, own], check=True)
    code = (
        "import sys; from pathlib import Path; sys.path.insert(0, sys.argv[1]);"
        "from nianbao.button import kit; print(kit.own_wheel(Path(sys.argv[2])))"
    )
    again = subprocess.run(
        [sys.executable, "-c", code, site, tmp_path], check=True, capture_output=True, text=True
    ).stdout.strip()
    with zipfile.ZipFile(own) as first, zipfile.ZipFile(again) as second:
        assert sorted(first.namelist()) == sorted(second.namelist())
        for name in first.namelist():
            if not name.endswith("/RECORD"):
                assert first.read(name) == second.read(name), name
