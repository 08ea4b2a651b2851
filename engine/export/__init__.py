"""What a person takes away: the printed model and the bundle around it."""
