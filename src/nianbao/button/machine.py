"""A clerk's computer: what the button needs there, found and judged; the desktop shortcut."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import util
from pathlib import Path
from typing import Any, Protocol

from nianbao.button.project import HOME, PROGRAM, PYTHON
from nianbao.errors import Catalogue, FileProblem, Finding


SHORTCUT = "年报校验"
"""What the shortcut on the desktop is called."""

WINDOWS = "Windows 10 或更新"
OLDEST = (10, 0)
"""The Windows that the wheels run on, as said to users and as Windows counts: the Rust library in
them calls ``ProcessPrng``, which Windows 8.1 lacks, though Python 3.11 still starts there."""

PARTS = {"xlwings": "xlwings", "pywin32": "pythoncom"}
"""What a press needs of Python, and the module by which it is known."""

_TRUSTED = r"Software\Microsoft\Office\16.0\Excel\Security\Trusted Locations"
_BY_OFFICE = ("\\office", "\\microsoft\\")
"""What stands in the trusted locations that Office makes itself."""


class System(Protocol):
    """What is asked of the system; ``Windows``, or what a test has instead."""

    def classes(self, key: str) -> str:
        """Return the default value of a key of HKEY_CLASSES_ROOT; "" where there is none."""

    def trusted(self, key: str) -> list[str]:
        """Return the value Path of each sub-key of a key of HKEY_CURRENT_USER."""

    def desktop(self) -> Path:
        """Return the user's desktop, wherever it was moved to."""

    def link(self, path: Path, target: str, arguments: str, words: str) -> None:
        """Make a shortcut."""

    def has(self, module: str) -> bool:
        """Say whether a module of Python can be loaded."""

    def version(self) -> tuple[int, int]:
        """Return the version of Windows; 10.0 is Windows 10 and 11."""


@dataclass(frozen=True)
class Machine:
    """What was found: paths as text, "" for what is not there."""

    excel: str
    parts: dict[str, bool]
    program: str
    shortcut: str
    trusted: tuple[str, ...]
    windows: tuple[int, int] = OLDEST


def system(catalogue: Catalogue) -> System:
    """Return this computer.

    Raises:
        NianbaoError: it is not a Windows computer.

    """
    if sys.platform != "win32":
        raise FileProblem(catalogue["B10-system"].finding())
    return Windows(catalogue)


def look(here: System) -> Machine:
    """Look at what a press needs."""
    clsid = here.classes(r"Excel.Application\CLSID")
    server = here.classes(rf"CLSID\{clsid}\LocalServer32") if clsid else ""
    link = _link(here)
    programs = [os.path.expandvars(one) for one in (PROGRAM, PYTHON)]
    trusted = here.trusted(_TRUSTED)
    own = [one for one in trusted if not any(part in one.lower() for part in _BY_OFFICE)]
    return Machine(
        excel=server,
        parts={name: here.has(module) for name, module in PARTS.items()},
        program=next((one for one in programs if Path(one).is_file()), ""),
        shortcut=str(link) if link.is_file() else "",
        trusted=tuple(own),
        windows=here.version(),
    )


def missing(machine: Machine, catalogue: Catalogue) -> Iterator[Finding]:
    """Yield what is missing on a computer, and how to mend it."""
    if machine.windows < OLDEST:
        actual = "Windows {}.{}".format(*machine.windows)
        yield catalogue["B12-windows"].finding(actual=actual, expected=WINDOWS)
    if not machine.excel:
        yield catalogue["B11-excel"].finding()
    elif "excel.exe" not in machine.excel.lower():
        yield catalogue["B11-wps"].finding(actual=machine.excel)
    for name, there in machine.parts.items():
        if not there:
            yield catalogue["B11-parts"].finding(name=name)
    if not machine.program:
        yield catalogue["B11-program"].finding(name=HOME)
    if not machine.shortcut:
        yield catalogue["B11-shortcut"].finding(name=SHORTCUT)
    if not machine.trusted:
        yield catalogue["B11-trusted"].finding()


def install(here: System) -> Path:
    """Put the shortcut on the desktop; it presses the button on the open workbook."""
    path = _link(here)
    target, arguments = _starter()
    here.link(path, target, arguments, "检查正在 Excel 里打开的年报填报表")
    return path


def remove(here: System) -> Path | None:
    """Take the shortcut off the desktop; None where there was none."""
    path = _link(here)
    if not path.exists():
        return None
    path.unlink()
    return path


def _link(here: System) -> Path:
    return here.desktop() / f"{SHORTCUT}.lnk"


def _starter() -> tuple[str, str]:
    """Return what a shortcut starts: this very program, without a console window."""
    if getattr(sys, "frozen", False):
        return sys.executable, "button attach"
    quiet = Path(sys.executable).with_name("pythonw.exe")
    return str(quiet if quiet.exists() else sys.executable), "-m nianbao button attach"


class Windows:
    """The computer it runs on, by the registry and the shell."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.registry: Any = importlib.import_module("winreg")

    def classes(self, key: str) -> str:
        """Read a default value."""
        try:
            return str(self.registry.QueryValue(self.registry.HKEY_CLASSES_ROOT, key) or "")
        except OSError:
            return ""

    def trusted(self, key: str) -> list[str]:
        """Read the value Path of each sub-key."""
        found = []
        try:
            with self.registry.OpenKey(self.registry.HKEY_CURRENT_USER, key) as top:
                for number in range(self.registry.QueryInfoKey(top)[0]):
                    name = self.registry.EnumKey(top, number)
                    with self.registry.OpenKey(top, name) as one:
                        found.append(str(self.registry.QueryValueEx(one, "Path")[0]))
        except OSError:
            return found
        return found

    def desktop(self) -> Path:
        """Ask the shell."""
        shell, constants = self._shell("shell"), self._shell("shellcon")
        return Path(shell.SHGetFolderPath(0, constants.CSIDL_DESKTOPDIRECTORY, None, 0))

    def link(self, path: Path, target: str, arguments: str, words: str) -> None:
        """Make it through IShellLinkW, which takes any name."""
        com, shell = importlib.import_module("pythoncom"), self._shell("shell")
        inside: Any = com.CLSCTX_INPROC_SERVER
        link = com.CoCreateInstance(shell.CLSID_ShellLink, None, inside, shell.IID_IShellLink)
        link.SetPath(target)
        link.SetArguments(arguments)
        link.SetWorkingDirectory(str(Path(target).parent))
        link.SetDescription(words)
        link.QueryInterface(com.IID_IPersistFile).Save(str(path), 0)

    def has(self, module: str) -> bool:
        """Look for it without loading it."""
        return util.find_spec(module) is not None

    def version(self) -> tuple[int, int]:
        """Ask the kernel: what a program is told may be older, to humour it."""
        found: Any = sys.getwindowsversion()  # type: ignore[attr-defined,unused-ignore]
        major, minor, _ = found.platform_version
        return major, minor

    def _shell(self, part: str) -> Any:
        try:
            return importlib.import_module(f"win32com.shell.{part}")
        except ImportError as error:
            raise FileProblem(self.catalogue["B11-parts"].finding(name="pywin32")) from error
