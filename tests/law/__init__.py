"""The law room: dated rules, rows, profiles, crosswalk, rights and instruments."""
