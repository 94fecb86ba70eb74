"""Pages: `reading` shows assessments, `steps` is each step that somebody takes in one."""
