"""SampleRNN as an instrument: its weights folded for speed, compiled loops, streams of sound."""
