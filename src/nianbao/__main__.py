"""``python -m nianbao``."""

import sys

from nianbao.cli import main


if __name__ == "__main__":
    sys.exit(main())
