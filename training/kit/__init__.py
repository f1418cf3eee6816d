"""The recipe of the sound kit's measured statistics."""
