"""What agents do: sign in, be there, take citizens, write, hand on."""
