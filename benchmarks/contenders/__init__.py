"""The contenders: each prepares its own form of a log, then computes the same scores from it."""
