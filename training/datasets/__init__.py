"""Recordings to train on and to be judged by: published ones, a folder of one's own, and rendered scenes.

`open_dataset` recognises what a folder holds; every data set then looks the same (`recording.Dataset`).
"""
