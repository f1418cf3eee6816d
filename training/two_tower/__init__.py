"""The two-tower class project: FC AGG, TT AGG and what they grow from. Run `python -m training.two_tower`."""
