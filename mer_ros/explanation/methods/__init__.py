"""Attribution methods, one a file: where in its input a system found what speaks for a label."""
