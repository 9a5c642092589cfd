"""The frozen program ``nianbao-check``, for computers without Python.

nianbao-check main --wb=… --from_xl=1 --hwnd=…   what the macro starts (RunFrozenPython)
nianbao-check                                    press on the workbook open in Excel
nianbao-check check 填报表.xlsx                   any verb of the command line
"""

import sys

from nianbao import button, cli


def main(words: list[str]) -> int:
    """Press, or be the command line. For the macro always 0: it shows anything else as an error."""
    if any(word.startswith("--from_xl") for word in words):
        button.called(words[0])
        return 0
    return cli.main(words or ["button", "attach"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
