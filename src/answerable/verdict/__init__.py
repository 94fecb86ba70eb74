"""Where a number meets a norm: met, not met, or cannot say."""
