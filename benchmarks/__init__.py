"""The same assessment written in several ways, and a harness that times them side by side."""
