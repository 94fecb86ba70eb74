"""The documentation says what is true, and these tests fail when it stops doing so."""
