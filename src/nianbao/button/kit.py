"""The kit: a folder that a township copies and installs from, without a network.

Holds every wheel for Windows, our own among them, and the scripts to install and remove. It may
also hold a Python that is ready to run, or the frozen program.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path
from urllib.parse import urlparse
from urllib.request import url2pathname

from nianbao.button import machine
from nianbao.codes import FaultCode
from nianbao.errors import FileProblem
from nianbao.office import files
from nianbao.shipped import shipped
from nianbao.version import __version__
from nianbao.words import Common


FOLDER = "Nianbao"
"""What the folder is called, wherever it is collected."""

PYTHON = "3.11"
"""The Python that the wheels are for, where no other is given."""

WINDOWS_ONLY = ("pywin32",)
"""What the wheels need on Windows only: pip judges that by the computer it runs on."""

ENCODINGS = {".cmd": "gbk", ".txt": "utf-8-sig"}
"""A console of Chinese Windows reads GBK; 记事本 knows UTF-8 by its mark."""

_EMBEDDED = re.compile(r"python-(3\.\d+)\.\d+-embed-amd64\.zip")


@dataclass(frozen=True)
class Kit:
    """A kit to collect: where to, and what it holds besides the wheels.

    ``python`` is the python-3.x.x-embed-amd64.zip of python.org, ``program`` the folder of the
    frozen ``nianbao-check``.
    """

    folder: Path
    python: Path | None = None
    program: Path | None = None

    @property
    def path(self) -> Path:
        """What is copied to a township."""
        return self.folder / FOLDER

    @property
    def size(self) -> int:
        """Bytes of what was collected."""
        return sum(path.stat().st_size for path in self.path.rglob("*") if path.is_file())

    @property
    def needs_python(self) -> bool:
        """Whether a township's computer must have a Python of its own."""
        return self.python is None and self.program is None


def collect(kit: Kit, common: Common, *, force: bool = False) -> None:
    """Collect the folder, whole or not at all.

    Raises:
        NianbaoError: it is there already and not to be replaced, cannot be written, what goes into
            it is not what it should be, or pip failed.

    """
    files.refuse_existing([kit.path], common, force=force)
    try:
        _collect_whole(kit, common)
    except _KitError as failed:
        why = common.fault(failed.code, **failed.values)
        raise FileProblem(common.catalogue["B10-kit"].finding(why=why)) from failed


class _KitError(Exception):
    """Why a kit could not be collected: a clause of the catalogue, and what stands in it."""

    def __init__(self, code: FaultCode, **values: object) -> None:
        super().__init__(code)
        self.code, self.values = code, values


def _collect_whole(kit: Kit, common: Common) -> None:
    version = _version(kit.python)
    with files.explained(kit.path, common):
        kit.folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kit.folder, prefix=".nianbao-") as folder:
            fresh = Path(folder) / FOLDER
            _fill(fresh, version, kit)
            if kit.path.exists():
                kit.path.rename(Path(folder) / "old")
            fresh.rename(kit.path)


def _fill(fresh: Path, version: str, kit: Kit) -> None:
    wheels = fresh / "wheels"
    wheels.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as folder:
        own = own_wheel(Path(folder))
        _pip("download", *_target(version), "-d", str(wheels), str(own), *WINDOWS_ONLY)
    if kit.python is not None:
        _ready_python(fresh / "python", kit.python, wheels, version)
    if kit.program is not None:
        _program(kit.program, fresh / "nianbao-check")
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
        raise _KitError("kit-python", path=zipped)
    return named[1]


def _target(version: str) -> list[str]:
    wanted = ["--platform", "win_amd64", "--python-version", version, "--implementation", "cp"]
    return [*wanted, "--only-binary=:all:"]


def _program(source: Path, target: Path) -> None:
    if not (source / "nianbao-check.exe").is_file():
        raise _KitError("kit-program", path=source)
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
        raise _KitError("kit-no-pip")
    command = [sys.executable, "-m", "pip", job, "--quiet", "--disable-pip-version-check"]
    done = subprocess.run(  # noqa: S603 - our own words
        [*command, *words], check=False, capture_output=True, text=True, errors="replace"
    )
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        if not lines:
            raise _KitError("kit-pip-silent")
        raise _KitError("kit-pip", said=lines[-1][:200])


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
