"""Documents in: files from outside become a text with places, and a text becomes the draft of a plan."""
