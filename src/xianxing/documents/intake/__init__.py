"""Files from outside as text: typed by content, parsed in the sandbox, refused in words."""
