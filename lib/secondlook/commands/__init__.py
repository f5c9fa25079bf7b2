"""The commands, one file to a subject. Each imports what it needs when it is called, so that help comes at once."""
