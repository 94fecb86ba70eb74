"""Records of decisions arrive here, are kept, and are sealed."""
