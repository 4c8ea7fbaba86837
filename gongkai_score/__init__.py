"""Explained, exact assessment of open-government work (政务公开)."""
