"""What a run would send, before anything is sent: reckoned, told to people, and held to when the run comes."""
