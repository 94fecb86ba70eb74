"""Tests of `answerable.report`."""
