"""Readers of files: each turns text into plain data and problems with their places."""
