"""Click speaking Chinese, whatever language the system is set to.

Click asks ``gettext`` for its sentences, which asks the environment for the language. So while
click parses words or writes help, and only then, the language is Chinese and the catalogue ours.
"""

from __future__ import annotations

import contextlib
import gettext
import os
from collections.abc import Iterator


DOMAIN = "nianbao"
LOCALES = os.path.join(os.path.dirname(os.path.dirname(__file__)), "locale")  # noqa: PTH118, PTH120
"""Without ``pathlib``, whose loading a help need not wait for."""


@contextlib.contextmanager
def chinese() -> Iterator[None]:
    """Have ``gettext`` give Chinese sentences, and afterwards what it gave before."""
    domain, language = gettext.textdomain(), os.environ.get("LANGUAGE")
    gettext.bindtextdomain(DOMAIN, LOCALES)
    gettext.textdomain(DOMAIN)
    os.environ["LANGUAGE"] = "zh_CN"
    try:
        yield
    finally:
        gettext.textdomain(domain)
        if language is None:
            del os.environ["LANGUAGE"]
        else:
            os.environ["LANGUAGE"] = language
