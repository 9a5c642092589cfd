"""What an office does with the forms, whoever asks: requests in, values out, nothing printed."""
