"""The command `mer`: one file per subcommand."""
