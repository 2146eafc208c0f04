"""A server with a database under load, while connections are killed, clients hang up and commits
fail: and afterwards, whether what was answered is what was written."""
