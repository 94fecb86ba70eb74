"""What changes in this room.

- `staff`: whose work touches a use, and how the log knows them.
- `exercises`: cases drawn for somebody, answered blind and scored.
- `review`: a reviewer goes through who is competent, and the verdicts are recorded.
- `arrived`: reading new records of the log, each once, by a job's own position.
- `gather`: known cases kept for exercises. `untrained`: findings about who decided.
"""
