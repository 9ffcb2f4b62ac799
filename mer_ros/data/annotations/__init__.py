"""Annotations of data sets: sheets as their authors wrote them -> one record for each expression."""
