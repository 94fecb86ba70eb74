"""Reports: what was measured, said so that people can read it, as HTML, PDF and charts."""
