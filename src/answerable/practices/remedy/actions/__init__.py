"""Telling people, hearing them, undoing harm and finding the others: every change of this room."""

from answerable.practices.remedy.actions.reactions import on_alarm, on_overturned

__all__ = ["on_alarm", "on_overturned"]
