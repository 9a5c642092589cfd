"""The office: what is done with the files of a January, for whoever asks."""
