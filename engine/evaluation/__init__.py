"""The measures the program is judged by."""
