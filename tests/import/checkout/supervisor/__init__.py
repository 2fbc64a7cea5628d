"""A bakery, written for the importer's tests in the style of the code that it reads. Never run."""
