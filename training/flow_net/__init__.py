"""The recipe of the network that describes motion by stacks of optical flow."""
