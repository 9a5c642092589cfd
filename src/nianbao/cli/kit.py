"""``nianbao button kit``: a folder that a township copies and installs from, without a network.

Holds every wheel for Windows, our own among them, and the scripts to install and remove. With
``--python`` it also holds a Python that is ready to run, with ``--program`` the frozen program.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from importlib import metadata, util
from pathlib import Path
from urllib.parse import urlparse
from urllib.request import url2pathname

from nianbao.catalog import common, shipped
from nianbao.cli import console, machine, options
from nianbao.errors import NianbaoError
from nianbao.office import files
from nianbao.version import __version__


PYTHON = "3.11"
"""The Python that the wheels are for, where no other is given."""

WINDOWS_ONLY = ("pywin32",)
"""What the wheels need on Windows only: pip judges that by the computer it runs on."""

ENCODINGS = {".cmd": "gbk", ".txt": "utf-8-sig"}
"""A console of Chinese Windows reads GBK; 记事本 knows UTF-8 by its mark."""

_EMBEDDED = re.compile(r"python-(3\.\d+)\.\d+-embed-amd64\.zip")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    options.out(parser, "文件夹", "收集到哪个文件夹（里面会有一个 Nianbao 文件夹）")
    text = "从 python.org 下载的 python-3.x.x-embed-amd64.zip：收进去，乡镇不用先装 Python"
    parser.add_argument("--python", metavar="ZIP", help=text)
    text = "在 Windows 上冻结好的 nianbao-check 文件夹：收进去，乡镇完全不用 Python"
    parser.add_argument("--program", metavar="文件夹", help=text)
    options.add(parser, "force")


def run(args: argparse.Namespace) -> int:
    """Collect the folder, whole or not at all; 0 when it is there."""
    out = Path(args.out) / "Nianbao"
    files.refuse_existing([out], force=args.force)
    zipped = Path(args.python) if args.python else None
    version = _version(zipped)
    with files.explained(out):
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=".nianbao-") as folder:
            fresh = Path(folder) / out.name
            _collect(fresh, version, zipped, Path(args.program) if args.program else None)
            if out.exists():
                out.rename(Path(folder) / "old")
            fresh.rename(out)
    size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    where = f"{console.whole(out)}（{size / 1e6:.0f} MB）"
    console.say(f"已收集到 {where}。整个文件夹发给乡镇，双击其中的“安装”。")
    if zipped is None and not args.program:
        console.say(f"乡镇电脑上要先有 Python {version}；没有的，用 --python 把它也收进去。")
    return 0


def _collect(fresh: Path, version: str, zipped: Path | None, program: Path | None) -> None:
    wheels = fresh / "wheels"
    wheels.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as folder:
        own = own_wheel(Path(folder))
        _pip("download", *_target(version), "-d", str(wheels), str(own), *WINDOWS_ONLY)
    if zipped is not None:
        _ready_python(fresh / "python", zipped, wheels, version)
    if program is not None:
        _program(program, fresh / "nianbao-check")
    for source in sorted((shipped("templates") / "kit").iterdir()):
        text = source.read_text(encoding="utf-8").replace("{version}", version)
        text = text.replace("{version_of_nianbao}", __version__)
        text = text.replace("{windows}", machine.WINDOWS)
        encoded = text.replace("\n", "\r\n").encode(ENCODINGS[source.suffix])
        (fresh / source.name).write_bytes(encoded)


def _version(zipped: Path | None) -> str:
    """Return the Python that a zip of python.org holds, as its name says."""
    if zipped is None:
        return PYTHON
    named = _EMBEDDED.fullmatch(zipped.name)
    if named is None or not zipfile.is_zipfile(zipped):
        raise _failed(f"{zipped} 不是 python.org 的 python-3.x.x-embed-amd64.zip")
    return named[1]


def _target(version: str) -> list[str]:
    wanted = ["--platform", "win_amd64", "--python-version", version, "--implementation", "cp"]
    return [*wanted, "--only-binary=:all:"]


def _program(source: Path, target: Path) -> None:
    if not (source / "nianbao-check.exe").is_file():
        raise _failed(f"{source} 里没有 nianbao-check.exe")
    shutil.copytree(source, target)


def _ready_python(target: Path, zipped: Path, wheels: Path, version: str) -> None:
    """Unpack python.org's zip and install the wheels into it; it needs no pip of its own."""
    with zipfile.ZipFile(zipped) as archive:
        archive.extractall(target)
    for listed in target.glob(
        "python*._pth"
    ):  # or site-packages, and pywin32's DLLs, are not found
        lines = listed.read_text(encoding="utf-8").replace("#import site", "import site")
        listed.write_text(lines, encoding="utf-8")
    where = ["--no-compile", "--target", str(target / "Lib" / "site-packages")]
    offline = ["--no-index", "--find-links", str(wheels)]
    _pip("install", *_target(version), *where, *offline, "nianbao", *WINDOWS_ONLY)


def _pip(job: str, *words: str) -> None:
    if util.find_spec("pip") is None:
        raise _failed("这台电脑的 Python 没有 pip")
    command = [sys.executable, "-m", "pip", job, "--quiet", "--disable-pip-version-check"]
    done = subprocess.run(  # noqa: S603 - our own words
        [*command, *words], check=False, capture_output=True, text=True, errors="replace"
    )
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        raise _failed((lines or ["pip 没有说原因"])[-1][:200])


def _failed(why: str) -> NianbaoError:
    finding = common().catalogue["B10-kit"].finding(why=why)
    return NianbaoError(f"{finding.message}。{finding.remedy}")


# --- our own wheel ----------------------------------------------------------------------------


def own_wheel(folder: Path) -> Path:
    """Make the wheel of this very program in a folder: built from a checkout, else repacked."""
    own = metadata.distribution("nianbao")
    origin = json.loads(own.read_text("direct_url.json") or "{}")
    if origin.get("dir_info", {}).get("editable"):
        checkout = url2pathname(urlparse(origin["url"]).path)
        _pip("wheel", "--no-deps", "-w", str(folder), checkout)
        return next(folder.glob("nianbao-*.whl"))
    path = folder / f"nianbao-{own.version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in _repacked(own):
            archive.writestr(name, data)
    return path


def _repacked(own: metadata.Distribution) -> Iterator[tuple[str, bytes]]:
    """Yield the files of an installed wheel, as they were in it."""
    kept: list[str] = []
    for file in own.files or ():
        name = file.as_posix()
        if name.startswith("..") or name.endswith(".pyc") or file.name in _BY_INSTALLER:
            continue
        if file.name != "RECORD":
            yield name, file.read_binary()
        kept.append(name)
    listed = own.read_text("RECORD") or ""
    lines = [line for line in listed.splitlines() if _named(line, kept)]
    yield next(n for n in kept if n.endswith("/RECORD")), ("\n".join(lines) + "\n").encode()


_BY_INSTALLER = {"INSTALLER", "REQUESTED", "direct_url.json"}


def _named(line: str, kept: Sequence[str]) -> bool:
    return line.split(",", 1)[0].strip('"') in kept
