"""Pages on which final minutes are handed out, and their attachments."""
