"""Speed and memory, measured as ratios in one run; never asserted in timed tests."""
