"""Files from outside are read in a process of their own, without network and files, within limits."""
