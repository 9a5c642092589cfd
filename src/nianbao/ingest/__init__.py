"""Published reports read into report documents."""
