"""The kernel: what runs inside the Python sandbox. Standard library only."""
