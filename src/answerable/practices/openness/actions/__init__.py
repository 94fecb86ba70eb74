"""Changing what is public: each action with its entry."""
