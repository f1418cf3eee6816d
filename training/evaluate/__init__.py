"""The papers' measures as tables and figures: `python -m training.evaluate TASK`."""
