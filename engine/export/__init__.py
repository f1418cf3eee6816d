"""Finished work out: the muxed video, stems, and the self-check."""
