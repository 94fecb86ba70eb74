"""Who can review a use: scored on real cases of the version that runs."""
