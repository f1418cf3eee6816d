"""Learns where in the picture a contact happens, from rendered clips; see README.md."""
