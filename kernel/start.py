"""Starts the kernel: `python3 -I start.py '<settings as JSON>'`."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from qry_kernel.supervisor import main  # noqa: E402

main()
