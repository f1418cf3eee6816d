"""The material classifiers of the multimodal class project. Run `python -m training.material`."""
