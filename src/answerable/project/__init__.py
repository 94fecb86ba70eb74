"""Where everything is put together: settings, and the demonstration."""
