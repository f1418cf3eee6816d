"""What the detector learns from: windows of shots whose contacts are known, and what counts as a mistake."""
