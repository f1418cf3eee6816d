"""Recordings to train on and to be judged by: published ones, a folder of one's own, and rendered scenes.

`open_dataset` recognises what a folder holds; every data set then looks the same (`recording.Dataset`).
"""

from training.datasets.opening import open_dataset
from training.datasets.recording import Contact, Dataset, DatasetError, Problem, Recording, Split

__all__ = ["Contact", "Dataset", "DatasetError", "Problem", "Recording", "Split", "open_dataset"]
